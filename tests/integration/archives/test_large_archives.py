"""Many members, and large ones; and how little memory they take."""

import asyncio
import os
import sys
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import py7zr
import pytest

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.container import BLOCK, Packer, copy
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.shared.errors import StorageFull
from tests.contract.archives import exports, filled

EVERY = pytest.mark.parametrize("archive", ARCHIVES)
GIGABYTE = 1 << 30
ZEROS = bytes(BLOCK)
MIB = 256
"""What a process may hold that writes or moves 100,000 pictures."""

pytestmark = pytest.mark.long


class SparseFile:
    """What is written to it, with holes instead of ``ZEROS``."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._size = 0

    def __call__(self, block: bytes) -> None:
        if block is ZEROS:
            self._file.seek(len(block), os.SEEK_CUR)
        else:
            self._file.write(block)
        self._size += len(block)

    def begin(self, first: bytes) -> None:
        self._file.seek(0)
        self._file.write(first)

    def close(self) -> None:
        self._file.truncate(self._size)
        self._file.close()


def pack(path: Path, archive: Archive, fill: Callable[[Packer], None]) -> None:
    file = SparseFile(path)
    file(bytes(ARCHIVES[archive].head))
    packer = ARCHIVES[archive].packer(file)
    fill(packer)
    file.begin(packer.close())
    file.close()


@EVERY
def test_a_member_of_more_than_4_gib_and_what_follows_it_are_read_back(
    tmp_path: Path, archive: Archive
) -> None:
    size = 4 * GIGABYTE + 5

    def zeros() -> Iterator[bytes]:
        yield from (ZEROS for _ in range(4 * GIGABYTE // BLOCK))
        yield b"\0\0end"

    def fill(packer: Packer) -> None:
        copy(packer, "ds/large.tar", size, zeros())
        packer.add("ds/small.jpg", b"small")

    path = tmp_path / "archive"
    pack(path, archive, fill)
    with path.open("rb") as file:
        reading = ARCHIVES[archive].read(file)
        assert list(reading.files()) == [("ds/large.tar", size), ("ds/small.jpg", 5)]
        with reading.open("ds/small.jpg") as small:
            assert small.read() == b"small"
        with reading.open("ds/large.tar") as large:
            end = b""
            while block := large.read(BLOCK):
                end = block
        assert end.endswith(b"\0\0end")
    if archive is Archive.ZIP:
        with zipfile.ZipFile(path) as other:
            assert [info.file_size for info in other.infolist()] == [size, 5]
            assert other.read("ds/small.jpg") == b"small"
    if archive is Archive.SEVEN_ZIP:
        with py7zr.SevenZipFile(path) as seven:
            assert [info.uncompressed for info in seven.list()] == [size, 5]


@EVERY
def test_more_than_65535_members_are_read_back(tmp_path: Path, archive: Archive) -> None:
    names = [f"ds/train/class {number % 7}/{number:016x}.jpg" for number in range(66_000)]

    def fill(packer: Packer) -> None:
        for name in names:
            packer.add(name, name.encode())

    path = tmp_path / "archive"
    pack(path, archive, fill)
    with path.open("rb") as file:
        reading = ARCHIVES[archive].read(file)
        assert list(reading.files()) == [(name, len(name)) for name in names]
        for name in (names[-1], names[40_000], names[0]):
            with reading.open(name) as content:
                assert content.read() == name.encode()
    if archive is Archive.ZIP:
        with zipfile.ZipFile(path) as other:
            assert other.namelist() == names
            assert other.testzip() is None


@EVERY
async def test_100_000_pictures_take_little_memory(tmp_path: Path, archive: Archive) -> None:
    program = "tests.integration.archives.hundred_thousand"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", program, archive, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    assert int(said) < MIB


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Path]:
    """A disk of four megabytes."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can only be made by root on Linux: NOT TESTED HERE")
    where = tmp_path / "disk"
    where.mkdir()
    mount = await asyncio.create_subprocess_exec("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", where)
    if await mount.wait() != 0:
        pytest.skip("this root may not mount: a full disk is NOT TESTED HERE")
    yield where
    await (await asyncio.create_subprocess_exec("umount", "-l", where)).wait()


@EVERY
async def test_a_full_disk_is_told_and_nothing_is_left_on_it(
    disk: Path, tmp_path: Path, archive: Archive
) -> None:
    store = LocalObjectStore(disk / "store")
    with pytest.raises(StorageFull, match="is full; make room and try again"):
        await filled(store, tmp_path, archive, [os.urandom(BLOCK) for _ in range(6)])
    assert await exports(store) == []
    assert not [path for path in (disk / "store" / "receiving").iterdir() if path.is_file()]
    await filled(store, tmp_path, archive, [os.urandom(BLOCK)])
