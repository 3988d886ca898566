"""Archives as targets of exports: every kind, into a store and into a folder."""

import asyncio
import hashlib
import io
import os
import shutil
import tarfile
import zipfile
import zlib
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import py7zr
import pytest

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.zstd import ZstdDecompressor
from pixcrawler.adapters.storage import StoreConfig, open_store
from pixcrawler.application.ports.object_store import ObjectStore, ObjectWriter
from pixcrawler.application.ports.target import StoredFile
from pixcrawler.domain.datasets.archive import Archive
from tests.contract.archives import FILES, NAME, content, exports, fill, never, opened, written
from tests.fakes.object_store import MemoryObjectStore

EVERY = pytest.mark.parametrize("archive", ARCHIVES)


ELSEWHERE = [pytest.param(name, marks=pytest.mark.long) for name in ("s3", "supabase", "azure")]


@pytest.fixture(params=["memory", "local", *ELSEWHERE])
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def store(provider: str, config: StoreConfig) -> AsyncIterator[ObjectStore]:
    if provider == "memory":
        yield MemoryObjectStore()
        return
    async with open_store(provider, config) as real:
        yield real


@EVERY
async def test_what_was_added_is_read_back_from_the_store(
    store: ObjectStore, tmp_path: Path, archive: Archive
) -> None:
    async with opened(store, tmp_path, archive) as target:
        await fill(target, store, FILES)
        reading = await target.finish()
        assert await asyncio.to_thread(lambda: list(reading.files())) == [
            (name, len(data)) for name, data in FILES.items()
        ]
        assert await asyncio.to_thread(content, reading) == FILES
        with pytest.raises(KeyError):
            reading.open("train/metadata.json")
        published = await target.publish(unless_lost=never)
    assert published.key is not None
    assert published.key.endswith(f".{archive}")
    data = await store.get(published.key)
    assert published.bytes == len(data)
    assert published.digest == hashlib.sha256(data).hexdigest()
    assert await exports(store) == [published.key]
    assert not list((tmp_path / "rooms").iterdir())


class Watching:
    """A store that looks, whenever it is given something, how much lies in a folder of this disk."""

    def __init__(self, real: ObjectStore, folder: Path) -> None:
        self._real, self._folder = real, folder
        self.most = 0
        self.looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        outer, inner = self, self._real.writer(key, head=head)

        class Writer:
            def write(self, data: bytes | memoryview) -> int:
                outer.look()
                return inner.write(data)

            def keep(self, head: bytes = b"") -> None:
                outer.look()
                inner.keep(head)
                outer.look()

            discard = inner.discard

        return Writer()

    def look(self) -> None:
        lies = [path.stat().st_size for path in self._folder.rglob("*") if path.is_file()]
        self.most = max(self.most, sum(lies))
        self.looks += 1


@EVERY
async def test_no_copy_of_an_archive_for_the_store_lies_where_it_is_made(
    store: ObjectStore, tmp_path: Path, archive: Archive
) -> None:
    watching: Any = Watching(store, tmp_path / "rooms")
    async with opened(watching, tmp_path, archive) as target:
        for number in range(5):
            await target.add(f"{number}.jpg", os.urandom(2_000_000))
        await target.finish()
        published = await target.publish(unless_lost=never)
    assert watching.looks >= 3
    assert watching.most == 0
    assert published.bytes > 10_000_000
    assert [one.key async for one in store.keys("")] == [published.key]
    assert await store.sweep(older_than=-1) == 0


@EVERY
async def test_an_archive_in_a_folder_is_one_file_there(tmp_path: Path, archive: Archive) -> None:
    store = MemoryObjectStore()
    async with opened(store, tmp_path, archive, in_folder=True) as target:
        await fill(target, store, FILES)
        assert await asyncio.to_thread(content, await target.finish()) == FILES
        target.progress(1, 2)
        assert not (tmp_path / "out" / f"{NAME}.{archive}").exists()
        published = await target.publish(unless_lost=never)
    (file,) = (tmp_path / "out").iterdir()
    assert file.name == f"{NAME}.{archive}"
    assert (published.key, published.digest, published.bytes) == (None, None, file.stat().st_size)
    _, in_store = await written(store, tmp_path, archive)
    assert file.read_bytes() == in_store


@EVERY
async def test_the_same_files_give_the_same_bytes_however_they_come(tmp_path: Path, archive: Archive) -> None:
    store = MemoryObjectStore()
    first, one = await written(store, tmp_path, archive)
    async with opened(store, tmp_path, archive) as target:
        for name, data in FILES.items():
            await target.add(name, data)
        await target.finish()
        second = await target.publish(unless_lost=never)
    assert second.digest == first.digest
    assert second.key != first.key
    assert await store.get(second.key or "") == one


@EVERY
async def test_no_files_at_all_are_an_archive_too(
    store: ObjectStore, tmp_path: Path, archive: Archive
) -> None:
    async with opened(store, tmp_path, archive) as target:
        assert await asyncio.to_thread(content, await target.finish()) == {}
        await target.publish(unless_lost=never)
    assert len(await exports(store)) == 1


def others(archive: Archive, data: bytes) -> list[tuple[str, bytes]]:
    """What an implementation that is not ours finds there."""
    file = io.BytesIO(data)
    if archive is Archive.ZIP:
        with zipfile.ZipFile(file) as whole:
            assert whole.testzip() is None
            return [(info.filename, whole.read(info)) for info in whole.infolist()]
    if archive is Archive.SEVEN_ZIP:
        factory = py7zr.io.BytesIOFactory(1 << 30)
        with py7zr.SevenZipFile(file) as seven:
            names = seven.getnames()
            seven.extract(targets=names, factory=factory)
        return [(name, factory.products[name].read()) for name in names]
    with tarfile.open(fileobj=file if archive is Archive.TAR else unpacked(data)) as tar:
        return [(info.name, (tar.extractfile(info) or io.BytesIO()).read()) for info in tar]


def unpacked(data: bytes) -> io.BytesIO:
    whole = b""
    while data:
        frame = ZstdDecompressor()
        whole += frame.decompress(data)
        data = frame.unused_data
    return io.BytesIO(whole)


@EVERY
async def test_other_implementations_read_it(tmp_path: Path, archive: Archive) -> None:
    _, data = await written(MemoryObjectStore(), tmp_path, archive)
    assert others(archive, data) == [(f"{NAME}/{name}", body) for name, body in FILES.items()]


PROGRAMS = [
    (Archive.ZIP, ["unzip", "-tq"]),
    (Archive.ZIP, ["7z", "t"]),
    (Archive.ZIP, ["bsdtar", "-tf"]),
    (Archive.TAR, ["tar", "-tf"]),
    (Archive.TAR_ZST, ["zstd", "-tq"]),
    (Archive.SEVEN_ZIP, ["7z", "t"]),
    (Archive.SEVEN_ZIP, ["bsdtar", "-tf"]),
]


@pytest.mark.parametrize(("archive", "command"), PROGRAMS)
async def test_programs_that_are_here_test_it(tmp_path: Path, archive: Archive, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]}: NOT TESTED HERE")
    _, data = await written(MemoryObjectStore(), tmp_path, archive)
    (tmp_path / "archive").write_bytes(data)
    file = tmp_path / "archive"
    process = await asyncio.create_subprocess_exec(*command, file, stdout=PIPE, stderr=STDOUT)
    said, _ = await process.communicate()
    assert process.returncode == 0, said


async def test_a_zip_stores_pictures_and_deflates_texts_with_fixed_times_and_modes(tmp_path: Path) -> None:
    _, data = await written(MemoryObjectStore(), tmp_path, Archive.ZIP)
    for info in zipfile.ZipFile(io.BytesIO(data)).infolist():
        text = info.filename.endswith((".jsonl", ".md", "SHA256SUMS"))
        assert info.compress_type == (zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED)
        assert info.date_time == (1980, 1, 1, 0, 0, 0)
        assert info.external_attr >> 16 == 0o100644
        assert not info.flag_bits & 8, "its size and CRC stand in front of it"


def test_a_picture_whose_crc_is_known_goes_by_in_a_zip_and_gives_the_same_bytes() -> None:
    data = os.urandom(3_000)
    straight, pieces = bytearray(), bytearray()
    packer = ARCHIVES[Archive.ZIP].packer(straight.extend)
    packer.add("a.jpg", data)
    packer.close()
    packer = ARCHIVES[Archive.ZIP].packer(pieces.extend)
    packer.begin("a.jpg", len(data), lambda: zlib.crc32(data))
    packer.write(data[:1_000])
    assert pieces.endswith(data[:1_000])
    packer.write(data[1_000:])
    packer.end()
    packer.close()
    assert pieces == straight


async def test_members_of_a_tar_belong_to_nobody_and_have_no_time(tmp_path: Path) -> None:
    _, data = await written(MemoryObjectStore(), tmp_path, Archive.TAR)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for info in tar:
            assert (info.mode, info.uid, info.gid, info.uname, info.gname, info.mtime) == (
                0o644,
                0,
                0,
                "",
                "",
                0,
            )
            needs = len(info.name) > 100 or not info.name.isascii()
            assert bool(info.pax_headers) == needs


class Counting(MemoryObjectStore):
    """A store that tells how much was asked for at once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        found = await super().read(keys)
        self.asked.append(sum(map(len, found)))
        return found


async def test_pictures_are_read_in_batches_of_some_mb(tmp_path: Path) -> None:
    store = Counting()
    await store.put("p", bytes(3 << 20))
    async with opened(store, tmp_path, Archive.ZIP) as target:
        await target.place([StoredFile(f"{number}.jpg", "p", 3 << 20) for number in range(7)])
        assert len(list((await target.finish()).files())) == 7
    assert store.asked == [6 << 20] * 3 + [3 << 20]
