"""Archives that go to the warm store and come back as they were."""

import asyncio
import hashlib
import io
from pathlib import Path

import pytest

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.repack import ArchiveRepacker
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore, ObjectWriter
from pixcrawler.application.ports.repack import Repacked
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import BrokenArchive
from pixcrawler.domain.shared.errors import StorageFull
from tests.contract.archives import FILES, NAME, content, written
from tests.fakes.object_store import MemoryObjectStore

EVERY = pytest.mark.parametrize("archive", ARCHIVES)
repacker = ArchiveRepacker()


@pytest.fixture(params=["memory", "local"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[ObjectStore, ObjectStore]:
    if request.param == "memory":
        return MemoryObjectStore(), MemoryObjectStore()
    return LocalObjectStore(tmp_path / "hot"), LocalObjectStore(tmp_path / "warm")


async def all_keys(store: ObjectStore) -> list[str]:
    return [one.key async for one in store.keys("")]


@EVERY
async def test_an_archive_comes_back_as_it_was(
    stores: tuple[ObjectStore, ObjectStore], tmp_path: Path, archive: Archive
) -> None:
    hot, warm = stores
    before, data = await written(hot, tmp_path, archive)
    packed = await repacker.pack(hot, before.key or "", archive, warm=warm, into="w/1.7z")
    seven = await warm.get("w/1.7z")
    assert packed == Repacked(len(seven), hashlib.sha256(seven).hexdigest())
    inside = content(ARCHIVES[Archive.SEVEN_ZIP].read(io.BytesIO(seven)))
    assert list(inside.items()) == [(f"{NAME}/{name}", body) for name, body in FILES.items()]
    back = await repacker.unpack(warm, "w/1.7z", archive, hot=hot, into="h/again")
    assert back == Repacked(before.bytes, before.digest or "")
    assert await hot.get("h/again") == data


@EVERY
async def test_an_archive_without_files_goes_and_comes_back(tmp_path: Path, archive: Archive) -> None:
    hot, warm = MemoryObjectStore(), MemoryObjectStore()
    before, _ = await written(hot, tmp_path, archive, {})
    await repacker.pack(hot, before.key or "", archive, warm=warm, into="w")
    assert (await repacker.unpack(warm, "w", archive, hot=hot, into="h")).digest == before.digest


@EVERY
async def test_the_same_archive_is_packed_to_the_same_bytes(tmp_path: Path, archive: Archive) -> None:
    hot = MemoryObjectStore()
    before, _ = await written(hot, tmp_path, archive)
    packed = [await repacker.pack(hot, before.key or "", archive, warm=hot, into=into) for into in ("a", "b")]
    assert packed[0] == packed[1]


@EVERY
async def test_one_that_is_not_there_is_told(archive: Archive) -> None:
    hot, warm = MemoryObjectStore(), MemoryObjectStore()
    with pytest.raises(ObjectMissing):
        await repacker.pack(hot, "nowhere", archive, warm=warm, into="w")
    with pytest.raises(ObjectMissing):
        await repacker.unpack(warm, "nowhere", archive, hot=hot, into="h")


@pytest.mark.parametrize("archive", [Archive.ZIP, Archive.TAR, Archive.TAR_ZST])
async def test_a_damaged_archive_is_not_packed(tmp_path: Path, archive: Archive) -> None:
    hot, warm = MemoryObjectStore(), MemoryObjectStore()
    _, data = await written(hot, tmp_path, archive)
    await hot.put("h", data[: len(data) // 2])
    with pytest.raises(BrokenArchive):
        await repacker.pack(hot, "h", archive, warm=warm, into="w")
    assert await all_keys(warm) == []


async def test_an_archive_that_is_not_as_we_write_it_is_left_alone(tmp_path: Path) -> None:
    hot, warm = MemoryObjectStore(), MemoryObjectStore()
    _, data = await written(hot, tmp_path, Archive.TAR)
    await hot.put("h", data + bytes(512))
    with pytest.raises(BrokenArchive, match="would not come back as it is"):
        await repacker.pack(hot, "h", Archive.TAR, warm=warm, into="w")
    assert await all_keys(warm) == []


@EVERY
async def test_a_damaged_7z_is_not_unpacked(tmp_path: Path, archive: Archive) -> None:
    hot, warm = MemoryObjectStore(), MemoryObjectStore()
    _, data = await written(hot, tmp_path, Archive.SEVEN_ZIP)
    await warm.put("w", data[:1000] + bytes(1) + data[1001:])
    if archive is Archive.SEVEN_ZIP:
        assert (await repacker.unpack(warm, "w", archive, hot=hot, into="h")).bytes == len(data), "as it is"
        return
    with pytest.raises(BrokenArchive):
        await repacker.unpack(warm, "w", archive, hot=hot, into="h")
    assert not await hot.exists("h")


class Lying(MemoryObjectStore):
    """A store that loses the end of what it was given."""

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        inner = super().writer(key, head=head)

        class Writer:
            def write(self, data: bytes | memoryview) -> int:
                inner.write(data[:-1])
                return memoryview(data).nbytes

            keep, discard = inner.keep, inner.discard

        return Writer()


@EVERY
async def test_a_store_that_does_not_keep_what_it_was_given_is_found_out(
    tmp_path: Path, archive: Archive
) -> None:
    good, lying = MemoryObjectStore(), Lying()
    before, _ = await written(good, tmp_path, archive)
    with pytest.raises(BrokenArchive):
        await repacker.pack(good, before.key or "", archive, warm=lying, into="w")
    await repacker.pack(good, before.key or "", archive, warm=good, into="w")
    with pytest.raises(BrokenArchive):
        await repacker.unpack(good, "w", archive, hot=lying, into="h")
    assert await all_keys(lying) == []


class Stuck(LocalObjectStore):
    """A store whose first write waits until it is told to go on, and then is full."""

    def __init__(self, root: Path, *, full: bool) -> None:
        super().__init__(root)
        self.writing, self.go_on, self.full = asyncio.Event(), asyncio.Event(), full
        self._loop = asyncio.get_running_loop()

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        outer, inner = self, super().writer(key, head=head)

        class Writer:
            def write(self, data: bytes | memoryview) -> int:
                outer._loop.call_soon_threadsafe(outer.writing.set)
                asyncio.run_coroutine_threadsafe(outer.go_on.wait(), outer._loop).result()
                if outer.full:
                    raise StorageFull("It is full.")
                return inner.write(data)

            keep, discard = inner.keep, inner.discard

        return Writer()


@pytest.mark.parametrize("full", [True, False])
async def test_one_that_fails_or_is_cancelled_leaves_nothing(tmp_path: Path, *, full: bool) -> None:
    hot, warm = MemoryObjectStore(), Stuck(tmp_path / "warm", full=full)
    before, _ = await written(hot, tmp_path, Archive.ZIP)
    packing = asyncio.ensure_future(
        repacker.pack(hot, before.key or "", Archive.ZIP, warm=warm, into="w/1.7z")
    )
    await warm.writing.wait()
    if not full:
        packing.cancel()
    warm.go_on.set()
    with pytest.raises(StorageFull if full else asyncio.CancelledError):
        await packing
    assert await all_keys(warm) == []
    assert await warm.sweep(older_than=-1) == 0
