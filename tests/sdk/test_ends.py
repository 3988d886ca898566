"""How archives end, and zips that other tools packed."""

import tarfile
from pathlib import Path

import pytest
from backports import zstd

import pixcrawler_sdk as pix
from tests.sdk import made
from tests.sdk.made import CONTAINERS, dataset
from tests.sdk.test_hostile import ARCHIVES, codes


def test_a_zip_whose_names_are_utf_8_and_do_not_say_so_is_read(tmp_path: Path) -> None:
    """As Info-ZIP and macOS write it when somebody packs a folder again."""
    path = made.as_zip(
        dataset({f"train/caf\N{LATIN SMALL LETTER E WITH ACUTE}/{n}.png": b"x" for n in range(3)}), tmp_path
    )
    body = path.read_bytes()
    for signature in (b"PK\x03\x04\x14\x00", b"PK\x01\x02\x14\x03\x14\x00"):
        assert signature + b"\x00\x08" in body
        body = body.replace(signature + b"\x00\x08", signature + b"\x00\x00")
    path.write_bytes(body)
    assert codes(path) == []
    with pix.open_dataset(path) as found:
        assert [found.read(row.file_name) for row in found.manifest] == [b"x"] * 3


@pytest.mark.parametrize("kind", ["tar", "tar.zst"])
def test_a_tar_of_the_folder_as_it_lies_there_is_read(kind: str, tmp_path: Path) -> None:
    """``tar -C folder -cf made.tar .``"""
    body = made.tar_of((f"./{name}", data) for name, data in dataset().items())
    folder = tarfile.TarInfo(".")
    folder.type = tarfile.DIRTYPE
    path = tmp_path / "made"
    body = folder.tobuf() + body
    path.write_bytes(zstd.compress(body) if kind == "tar.zst" else body)
    assert codes(path) == []
    with pix.open_dataset(path) as found:
        assert {row.file_name: found.read(row.file_name) for row in found.manifest} == made.PICTURES


def test_what_stands_before_the_beginning_of_a_zip_is_told(tmp_path: Path) -> None:
    path = made.as_zip(dataset(), tmp_path)
    path.write_bytes(path.read_bytes() * 2)
    assert codes(path) == ["broken_archive"]


@pytest.mark.parametrize("kind", ARCHIVES)
def test_what_stands_behind_the_end_of_an_archive_is_told(kind: str, tmp_path: Path) -> None:
    path = CONTAINERS[kind](dataset(), tmp_path)
    with path.open("ab") as file:
        file.write(b"junk")
    assert codes(path) == ["broken_archive"]


def test_a_tar_that_is_cut_off_in_the_zeros_at_its_end_is_told(tmp_path: Path) -> None:
    path = CONTAINERS["tar"](dataset(), tmp_path)
    body = path.read_bytes()
    content = len(body.rstrip(b"\0"))
    for size in (len(body) - 10, (content // 512 + 2) * 512):
        path.write_bytes(body[:size])
        assert codes(path) == ["broken_archive"]
