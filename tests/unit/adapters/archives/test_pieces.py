"""Parts of archives that are easier to try alone."""

import io
import random
import tarfile
import zipfile
import zlib

import py7zr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.adapters.archives.container import Known, copy
from pixcrawler.adapters.archives.index import Index
from pixcrawler.adapters.archives.seven_zip import KnownSevenZip, SevenZip
from pixcrawler.adapters.archives.seven_zip_header import Members, members
from pixcrawler.adapters.archives.tar import TarPacker, header
from pixcrawler.adapters.archives.tar_zst import FRAME, Frames, TarZst, TarZstPacker
from pixcrawler.adapters.archives.zip import HELD, Zip, ZipPacker
from pixcrawler.domain.datasets.errors import BrokenArchive

names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120)
sizes = st.one_of(
    st.integers(0, 9), st.integers(0, 2**63), st.sampled_from([8**11 - 1, 8**11, 2**32 - 1, 2**32])
)


@given(names, sizes)
def test_a_tar_header_is_the_one_that_tarfile_writes(name: str, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size = size
    assert header(name, size) == info.tobuf(tarfile.PAX_FORMAT)


@given(st.lists(st.tuples(names, sizes, st.integers(0, 2**32 - 1)), max_size=20))
def test_the_header_of_a_7z_tells_its_members(told: list[tuple[str, int, int]]) -> None:
    written = Members()
    expected = []
    for name, size, crc in told:
        expected.append(Known(name, min(size, 2**58), crc if size else 0))
        written.add(*expected[-1])
    assert list(members(written.header())) == expected


@settings(max_examples=20)  # py7zr turns a backslash into a slash; we write none
@given(st.lists(st.tuples(names.filter(lambda name: "\\" not in name), st.binary(max_size=5)), max_size=9))
def test_py7zr_reads_a_7z(told: list[tuple[str, bytes]]) -> None:
    file = io.BytesIO()
    packer = KnownSevenZip(file.write, [Known(name, len(data), zlib.crc32(data)) for name, data in told])
    for name, data in told:
        packer.add(name, data)
    packer.close()
    file.seek(0)
    with py7zr.SevenZipFile(file) as other:
        assert [(one.filename, one.uncompressed) for one in other.files] == [
            (name, len(data)) for name, data in told
        ]


def test_a_7z_whose_members_are_not_those_that_were_told_is_broken() -> None:
    packer = KnownSevenZip(lambda _: None, [Known("a", 1, 0)])
    packer.add("a", b"b")
    with pytest.raises(BrokenArchive):
        packer.close()


@pytest.mark.parametrize("cut", [0, 3, 12, 31])
def test_what_is_no_7z_is_broken(cut: int) -> None:
    file = io.BytesIO()
    KnownSevenZip(file.write, []).close()
    with pytest.raises(BrokenArchive):
        SevenZip.read(io.BytesIO(file.getvalue()[:cut]))


def test_a_7z_that_somebody_else_compressed_is_broken() -> None:
    file = io.BytesIO()
    with py7zr.SevenZipFile(file, "w") as other:
        other.writestr(b"text" * 100, "a.txt")
    with pytest.raises(BrokenArchive):
        SevenZip.read(file)


@pytest.mark.parametrize("name", ["large.parquet", "manifest.jsonl"])
def test_a_large_member_of_a_zip_is_the_same_however_it_comes(name: str) -> None:
    data = random.Random(1).randbytes(999) * (HELD // 999 + 2)
    whole, in_pieces = io.BytesIO(), io.BytesIO()
    first, second = ZipPacker(whole.write), ZipPacker(in_pieces.write)
    first.add(name, data)
    copy(second, name, len(data), (data[at : at + 77_777] for at in range(0, len(data), 77_777)))
    first.close()
    second.close()
    assert whole.getvalue() == in_pieces.getvalue()
    with zipfile.ZipFile(whole) as other:
        assert other.read(name) == data
        assert other.getinfo(name).flag_bits & 8, "its size and CRC stand behind it"
    with Zip.read(whole).open(name) as content:
        assert content.read() == data


def test_frames_can_be_entered_where_one_was_met() -> None:
    bodies = [random.Random(number).randbytes(FRAME // 3) for number in range(8)]
    file = io.BytesIO()
    packer = TarZstPacker(file.write)
    for number, body in enumerate(bodies):
        packer.add(str(number), body)
    packer.close()
    reading = TarZst.read(file)
    order = [*range(8), 3, 7, 0, 5, 4]
    assert [reading.open(str(number)).read() == bodies[number] for number in order] == [True] * 13
    plain = io.BytesIO()
    tar = TarPacker(plain.write)
    for number, body in enumerate(bodies):
        tar.add(str(number), body)
    tar.close()
    frames = Frames(file)
    frames.seek(2 * FRAME + 5)
    assert frames.read(10) == plain.getvalue()[2 * FRAME + 5 :][:10]
    assert frames.seek(-10, io.SEEK_CUR) == 2 * FRAME + 5
    assert io.BufferedReader(frames).read() == plain.getvalue()[2 * FRAME + 5 :]
    with pytest.raises(io.UnsupportedOperation):
        frames.seek(0, io.SEEK_END)


def test_an_index_finds_whole_names_only() -> None:
    index = Index(1)
    for number, name in enumerate(("ab", "b", "abc", "é", "b")):
        index.add(name, number)
    assert [index.find(name) for name in ("abc", "b", "ab", "é")] == [(2,), (1,), (0,), (3,)]
    assert list(index) == [("ab", (0,)), ("b", (1,)), ("abc", (2,)), ("é", (3,)), ("b", (4,))]
    for missing in ("", "a", "bc", "c", "b\0abc"):
        with pytest.raises(KeyError):
            index.find(missing)
