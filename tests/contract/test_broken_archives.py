"""Archives that cannot be written or read: it is told, and nothing is left."""

import asyncio
import io
import os
import tarfile
import zlib
from pathlib import Path

import pytest

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore, ObjectWriter
from pixcrawler.application.ports.target import StoredFile
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import BrokenArchive, ExportMismatch
from pixcrawler.domain.shared.errors import Invalid, LeaseLost, StorageFull, Unavailable
from tests.contract.archives import FILES, blocks, content, exports, fill, filled, opened, written
from tests.fakes.object_store import MemoryObjectStore

EVERY = pytest.mark.parametrize("archive", ARCHIVES)


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return MemoryObjectStore() if request.param == "memory" else LocalObjectStore(tmp_path / "store")


@EVERY
async def test_an_archive_that_was_cut_off_or_damaged_is_told(tmp_path: Path, archive: Archive) -> None:
    _, data = await written(MemoryObjectStore(), tmp_path, archive)
    end = {Archive.ZIP: 1, Archive.SEVEN_ZIP: 1, Archive.TAR_ZST: 1}.get(archive, tarfile.RECORDSIZE + 1)
    for size in (0, 1, 31, 32, 512, 1024, len(data) // 3, len(data) // 2, len(data) - end):
        with pytest.raises(BrokenArchive):
            content(ARCHIVES[archive].read(io.BytesIO(data[:size])))


@pytest.mark.parametrize("archive", [Archive.ZIP, Archive.SEVEN_ZIP, Archive.TAR_ZST])
async def test_a_changed_byte_of_a_picture_is_told(tmp_path: Path, archive: Archive) -> None:
    _, data = await written(MemoryObjectStore(), tmp_path, archive)
    at = 60_000 if archive is not Archive.TAR_ZST else 300
    damaged = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
    with pytest.raises(BrokenArchive):
        content(ARCHIVES[archive].read(io.BytesIO(damaged)))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "../a",
        "a/../b",
        "a//b",
        "./a",
        "a/",
        "C:/a",
        "a\\b",
        "a\0",
        "a\nb",
        "\ud800",
        "..",
        ".",
        "a/..",
        "é" * 2_049,
    ],
)
async def test_a_name_that_would_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    store = MemoryObjectStore()
    with pytest.raises(Invalid, match="cannot be the name"):
        async with opened(store, tmp_path, Archive.ZIP) as target:
            await target.add(name, b"")
    assert await exports(store) == []


@EVERY
async def test_a_stream_of_another_length_fails_and_nothing_is_left(
    store: ObjectStore, tmp_path: Path, archive: Archive
) -> None:
    with pytest.raises(ExportMismatch, match=r"data\.tar has 5 bytes instead of 6"):
        async with opened(store, tmp_path, archive) as target:
            await target.stream("data.tar", lambda: 6, blocks(b"12345"))
    assert await exports(store) == []


async def test_a_picture_that_is_gone_is_told(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(ObjectMissing):
        async with opened(store, tmp_path, Archive.ZIP) as target:
            await target.place([StoredFile("a.jpg", "nowhere", 3)])
    assert await exports(store) == []


@EVERY
async def test_what_is_not_published_is_removed(store: ObjectStore, tmp_path: Path, archive: Archive) -> None:
    async with opened(store, tmp_path, archive) as target:
        await fill(target, store, FILES)
        await target.finish()
    assert await exports(store) == []
    assert await store.sweep(older_than=-1) == 0
    assert not list((tmp_path / "rooms").iterdir())


@pytest.mark.parametrize("in_folder", [True, False])
async def test_a_lost_task_shows_nothing(tmp_path: Path, *, in_folder: bool) -> None:
    async def lost() -> None:
        raise LeaseLost("Another worker has it.")

    store = MemoryObjectStore()
    async with opened(store, tmp_path, Archive.ZIP, in_folder=in_folder) as target:
        await target.finish()
        with pytest.raises(LeaseLost):
            await target.publish(unless_lost=lost)
    assert await exports(store) == []
    assert not in_folder or not list((tmp_path / "out").iterdir())


class Slow(LocalObjectStore):
    """A store whose writers wait until they are told to go on."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.writing, self.go_on = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        outer, inner = self, super().writer(key, head=head)

        class Writer:
            def write(self, data: bytes | memoryview) -> int:
                outer._loop.call_soon_threadsafe(outer.writing.set)
                asyncio.run_coroutine_threadsafe(outer.go_on.wait(), outer._loop).result()
                return inner.write(data)

            def keep(self, head: bytes = b"") -> None:
                inner.keep(head)

            def discard(self) -> None:
                inner.discard()

        return Writer()


async def test_one_that_is_cancelled_waits_for_its_thread_and_leaves_nothing(tmp_path: Path) -> None:
    store = Slow(tmp_path / "store")

    working = asyncio.ensure_future(filled(store, tmp_path, Archive.TAR, [os.urandom(3 << 20)] * 8))
    await store.writing.wait()
    working.cancel()
    done, _ = await asyncio.wait({working}, timeout=0.05)
    assert not done, "a thread still writes"
    store.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await exports(store) == []
    assert await store.sweep(older_than=-1) == 0


@pytest.mark.parametrize("came", [b"123", b"12", b"1235"])
def test_a_member_that_is_not_what_its_crc_said_is_told(came: bytes) -> None:
    packer = ARCHIVES[Archive.ZIP].packer(bytearray().extend)
    packer.begin("a.jpg", 3, lambda: zlib.crc32(b"124"))
    packer.write(came)
    with pytest.raises(BrokenArchive):
        packer.end()


class Forgetful(MemoryObjectStore):
    """A store that keeps something else than it was given, where no table of an archive tells."""

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        inner = super().writer(key, head=head)

        class Writer:
            def write(self, data: bytes | memoryview) -> int:
                return inner.write(bytes((data[0] ^ 1, *data[1:])))

            keep, discard = inner.keep, inner.discard

        return Writer()


async def test_a_7z_gets_no_digest_of_what_is_not_as_it_was_written(tmp_path: Path) -> None:
    store = Forgetful()
    with pytest.raises(BrokenArchive, match="cannot be read again as it was"):
        await filled(store, tmp_path, Archive.SEVEN_ZIP, [os.urandom(100_000)])
    assert await exports(store) == []


class Failing(MemoryObjectStore):
    """A store that takes so many writes."""

    def __init__(self, error: Exception, after: int) -> None:
        super().__init__()
        self._error, self._left = error, after

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        inner = super().writer(key, head=head)

        def write(data: bytes | memoryview) -> int:
            self._left -= 1
            if self._left < 0:
                raise self._error
            return MemoryObjectStore.writer(self, key).write(data)

        inner.write = write  # type: ignore[method-assign]
        return inner


@EVERY
@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize(
    "error", [StorageFull("It is full."), Unavailable("It is away.")], ids=["full", "away"]
)
async def test_a_store_that_fails_in_the_middle_is_told_and_nothing_is_left(
    tmp_path: Path, archive: Archive, error: Exception, after: int
) -> None:
    store = Failing(error, after)
    with pytest.raises(type(error)):
        await filled(store, tmp_path, archive, [os.urandom(3 << 20)] * 5)
    assert await exports(store) == []
    assert not list((tmp_path / "rooms").iterdir())
