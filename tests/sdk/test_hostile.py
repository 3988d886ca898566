"""A hostile archive is told as problems, ends soon, and touches nothing beside itself."""

import io
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import py7zr
import pytest
from backports import zstd

import pixcrawler_sdk as pix
from pixcrawler_sdk.names import what_is_wrong_with
from tests.sdk import made
from tests.sdk.made import CONTAINERS, ROOT, dataset

ARCHIVES = [kind for kind in CONTAINERS if kind != "folder"]
BAD_NAMES = [
    "../x",
    "/etc/x",
    "C:\\x",
    "c:/x",
    "..\\x",
    "a/../../x",
    "\\\\server\\share\\x",
    "a//x",
    "./././x",
    "a/\n/x",
    "a\x1b[2Jx",
    "x" * 256,
    "x/" * 2_500 + "x",
]


@pytest.fixture(autouse=True)
def nothing_is_written_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the test packs is in this folder; after reading it, nothing new is there or above."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    yield
    assert os.listdir(inner) == []  # noqa: PTH208 - hidden files too
    assert {path.name for path in tmp_path.iterdir()} <= {
        "a",
        "made.zip",
        "made.tar",
        "made.tar.zst",
        "made.7z",
        "folder",
    }
    assert os.listdir(tmp_path / "a") == ["b"]  # noqa: PTH208


def codes(path: Path, **limits: int) -> list[str]:
    return [problem.code for problem in pix.verify(path, limits=pix.Limits(**limits)).problems]


def zipped(
    path: Path, *members: tuple[zipfile.ZipInfo | str, bytes], compressed: int = zipfile.ZIP_STORED
) -> Path:
    with zipfile.ZipFile(path, "w", compressed) as packed:
        for info, data in members:
            packed.writestr(info, data)
    return path


def with_names(kind: str, names: list[str], tmp_path: Path) -> Path:
    """A good dataset and some more files of these names."""
    files = {ROOT + name: data for name, data in dataset().items()} | dict.fromkeys(names, b"x")
    if kind == "zip":
        return zipped(tmp_path / "made.zip", *files.items())
    body = made.tar_of(files.items())
    if kind == "tar.zst":
        body = zstd.compress(body)
    (tmp_path / f"made.{kind}").write_bytes(body)
    return tmp_path / f"made.{kind}"


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.zst"])
@pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: repr(name[:12]))
def test_a_name_that_leads_elsewhere_is_told(name: str, kind: str, tmp_path: Path) -> None:
    report = pix.verify(with_names(kind, [name], tmp_path))
    assert "unsafe_name" in {problem.code for problem in report.problems}
    assert all(len(problem.name) <= 600 and problem.name.isprintable() for problem in report.problems)


def test_a_nul_in_a_name_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "made.zip", ("good_name_X.png", b"x"))
    path.write_bytes(path.read_bytes().replace(b"good_name_X", b"good_name\0X"))
    assert "unsafe_name" in codes(path)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "C:\\x"])
def test_a_name_in_a_7z_that_leads_elsewhere_is_told(name: str, tmp_path: Path) -> None:
    """py7zr writes no such names: one of the same length is patched in."""
    plain = "y" * len(name)
    with py7zr.SevenZipFile(tmp_path / "made.7z", "w") as packed:
        packed.set_encoded_header_mode(False)
        packed.writestr(b"x", plain)
        packed.writestr(b"z", "good")
    body = bytearray(
        (tmp_path / "made.7z").read_bytes().replace(plain.encode("utf-16-le"), name.encode("utf-16-le"))
    )
    offset, size = struct.unpack_from("<QQ", body, 12)
    body[28:32] = struct.pack("<I", zlib.crc32(body[32 + offset : 32 + offset + size]))
    body[8:12] = struct.pack("<I", zlib.crc32(body[12:32]))
    (tmp_path / "made.7z").write_bytes(body)
    assert "unsafe_name" in codes(tmp_path / "made.7z")


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_told_and_not_followed(kind: bytes, tmp_path: Path) -> None:
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w") as packed:
        info = tarfile.TarInfo(f"{ROOT}train/cat/link.png")
        info.type, info.linkname = kind, "/etc/passwd"
        packed.addfile(info)
    (tmp_path / "made.tar").write_bytes(body.getvalue())
    assert codes(tmp_path / "made.tar") == ["not_a_file", "not_a_dataset"]


def test_holes_in_a_tar_are_not_read(tmp_path: Path) -> None:
    """A sparse file of a terabyte in a kilobyte."""
    info = tarfile.TarInfo(f"{ROOT}train/cat/holes.png")
    info.pax_headers = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.map": "0,0",
        "GNU.sparse.size": str(1 << 40),
    }
    (tmp_path / "made.tar").write_bytes(info.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    assert codes(tmp_path / "made.tar") == ["not_a_file", "not_a_dataset"]


def test_links_in_a_zip_are_told_and_not_followed(tmp_path: Path) -> None:
    info = zipfile.ZipInfo(f"{ROOT}train/cat/link.png")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    path = zipped(tmp_path / "made.zip", (info, b"/etc/passwd"))
    assert codes(path) == ["not_a_file", "not_a_dataset"]


def test_links_and_pipes_in_a_folder_are_told_and_not_followed(tmp_path: Path) -> None:
    folder = made.as_folder(dataset(), tmp_path)
    (folder / "link.png").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.png")
    assert codes(folder) == ["not_a_file"] * 3


def test_nothing_outside_of_a_folder_is_read_whatever_the_manifest_says(tmp_path: Path) -> None:
    folder = made.as_folder(dataset(), tmp_path)
    (folder / "elsewhere").symlink_to("/etc")
    (folder / "link").symlink_to("/etc/passwd")
    with pix.open_dataset(folder) as opened:
        for name in ("../folder/README.md", "/etc/passwd", "train/../../../etc/passwd", "train"):
            with pytest.raises(KeyError):
                opened.read(name)
        for name in ("elsewhere/passwd", "link"):
            with pytest.raises(pix.InvalidDatasetError):
                opened.read(name)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.zst"])
@pytest.mark.parametrize("twin", ["train/cat/00.png", "train/cat/00.PNG", "TRAIN/cat/00.png"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_told(twin: str, kind: str, tmp_path: Path) -> None:
    files = [(ROOT + name, data) for name, data in dataset().items()] + [(ROOT + twin, b"other")]
    if kind == "zip":
        path = zipped(tmp_path / "made.zip", *files)
    else:
        body = made.tar_of(files)
        path = tmp_path / f"made.{kind}"
        path.write_bytes(zstd.compress(body) if kind == "tar.zst" else body)
    assert codes(path) == ["duplicate_name"]


def test_names_in_two_unicode_spellings_are_one(tmp_path: Path) -> None:
    names = [
        "train/cat/caf\N{LATIN SMALL LETTER E WITH ACUTE}.png",
        "train/cat/cafe\N{COMBINING ACUTE ACCENT}.png",
    ]
    assert "duplicate_name" in codes(made.as_zip(dataset(dict.fromkeys(names, b"x")), tmp_path))


@pytest.mark.parametrize("kind", ARCHIVES)
def test_too_many_files_end_the_look(kind: str, tmp_path: Path) -> None:
    path = CONTAINERS[kind](dataset({f"train/cat/{number}.png": b"" for number in range(300)}), tmp_path)
    assert codes(path, files=200)[0] in ("too_many_files", "broken_archive")
    assert codes(path, files=400) == []


def test_a_zip_that_lies_about_its_directory_is_counted_as_it_is_read(tmp_path: Path) -> None:
    """The old record says one file, the Zip64 record beside it all."""
    path = made.as_zip(dataset({f"train/cat/{number}.png": b"" for number in range(300)}), tmp_path)
    whole = path.read_bytes()
    count, size, start = struct.unpack_from("<HII", whole, len(whole) - 22 + 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, 46, 0, 0)
    path.write_bytes(whole[:-22] + record + locator + end)
    assert codes(path, files=200) == ["broken_archive"]
    assert "more than 200 files" in pix.verify(path, limits=pix.Limits(files=200)).problems[0].message


@pytest.mark.parametrize("kind", ["zip", "tar.zst", "7z"])
def test_what_unfolds_to_too_much_is_not_unfolded(kind: str, tmp_path: Path) -> None:
    zeros = bytes(6_000_000)
    name = f"{ROOT}train/cat/0.png"
    if kind == "zip":
        path = zipped(tmp_path / "made.zip", (name, zeros), compressed=zipfile.ZIP_DEFLATED)
    elif kind == "7z":
        path = made.as_7z({"train/cat/0.png": zeros}, tmp_path)
    else:
        path = made.as_tar_zst({"train/cat/0.png": zeros}, tmp_path)
    (tmp_path / "made.tar").unlink(missing_ok=True)
    assert codes(path, unfolded=2_000_000) == ["bomb"]


def test_a_header_of_a_tar_that_announces_gigabytes_is_not_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 4 << 30
    body = io.BytesIO()
    with zstd.ZstdFile(body, "w") as packed:
        packed.write(info.tobuf(tarfile.GNU_FORMAT))
        packed.write(bytes(50_000_000))
    (tmp_path / "made.tar.zst").write_bytes(body.getvalue())
    assert codes(tmp_path / "made.tar.zst") == ["broken_archive"]


@pytest.mark.parametrize("kind", ARCHIVES)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.8])
def test_an_archive_that_is_cut_off_is_told(share: float, kind: str, tmp_path: Path) -> None:
    path = CONTAINERS[kind](dataset({f"train/cat/{n}.png": os.urandom(3_000) for n in range(20)}), tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert codes(path)


@pytest.mark.parametrize("kind", ARCHIVES)
def test_wherever_a_byte_is_wrong_something_is_told_or_nothing_was_lost(kind: str, tmp_path: Path) -> None:
    """Names, sizes, contents: of everything that a dataset has. Times and rights may change unseen."""
    files = dataset()
    path = CONTAINERS[kind](files, tmp_path)
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 50)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
        report = pix.verify(path)
        assert report.problems or (report.images, report.files) == (4, len(files)), f"byte {at}"


def test_a_wrong_checksum_in_a_zip_is_told_of_its_file_alone(tmp_path: Path) -> None:
    path = made.as_zip(dataset(), tmp_path)
    path.write_bytes(path.read_bytes().replace(b"picture 01", b"picture 0!"))
    (problem,) = pix.verify(path).problems
    assert (problem.code, problem.name) == ("unreadable", "train/cat/01.png")
    assert "CRC" in problem.message


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c\0\4", b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08", bytes(1024)],
)
def test_what_is_no_archive_is_told(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "made.zip"
    path.write_bytes(body)
    assert codes(path) == ["broken_archive"]
    with pytest.raises(pix.InvalidDatasetError):
        pix.open_dataset(path)


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_of_something_else_is_no_dataset(kind: str, tmp_path: Path) -> None:
    path = CONTAINERS[kind]({"holiday.jpg": b"x"}, tmp_path)
    assert codes(path) == ["not_a_dataset"]


def test_a_dataset_beside_another_one_in_an_archive_is_unexpected(tmp_path: Path) -> None:
    path = with_names("zip", ["dogs-v1/manifest.jsonl"], tmp_path)
    assert codes(path) == ["unexpected"]


@pytest.mark.parametrize("name", ["train/café 🐱/0.jpg", "a/b-c_d.e/f", "x" * 255, "..a/b..", "CON/x"])
def test_good_names_are_left_in_peace(name: str) -> None:
    assert what_is_wrong_with(name) is None
