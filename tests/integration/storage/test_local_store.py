"""What only a store on a real disk can do wrong."""

import asyncio
import os
from pathlib import Path

import pytest

from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.local_folders import put_at
from pixcrawler.adapters.storage.local_pieces import LocalPieces
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

LARGE = b"x" * 2_000_000


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_full_disk_is_said_plainly_and_leaves_nothing_half_written(small_disk: Path) -> None:
    store = LocalObjectStore(small_disk / "store")
    await store.put("a/kept", b"kept")
    with pytest.raises(StorageFull, match="full; make room"):
        await store.put("a/large", LARGE)
    assert [path.name for path in files(small_disk)] == ["kept"]
    await store.put("a/after", b"there is room again")


async def test_a_body_that_does_not_fit_can_be_discarded(small_disk: Path) -> None:
    store = LocalObjectStore(small_disk / "store")
    body = store.receive()
    with pytest.raises(StorageFull):
        body.write(LARGE)
    body.discard()
    assert files(small_disk) == []


async def test_an_object_is_copied_to_another_disk_and_whole_or_not_at_all(
    small_disk: Path, tmp_path: Path
) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("small", b"small")
    await store.put("large", LARGE)
    await store.place(("small", small_disk / "copy"))
    assert (small_disk / "copy").read_bytes() == b"small"
    with pytest.raises(StorageFull):
        await store.place(("large", small_disk / "large"))
    assert [path.name for path in files(small_disk)] == ["copy"]


async def test_a_placed_object_on_the_same_disk_costs_no_room(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("a", b"one")
    await store.place(("a", tmp_path / "link"))
    assert (tmp_path / "link").stat().st_nlink == 2


async def test_objects_are_read_only_because_datasets_are_links_to_them(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("a", b"one")
    await store.place(("a", tmp_path / "link"))
    assert (tmp_path / "link").stat().st_mode & 0o222 == 0


async def test_several_processes_may_share_a_store(tmp_path: Path) -> None:
    one, other = LocalObjectStore(tmp_path / "store"), LocalObjectStore(tmp_path / "store")
    await one.put("a/1", b"one")
    assert await other.get("a/1") == b"one"


async def test_a_folder_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    (tmp_path / "store/receiving").rmdir()
    with pytest.raises(Unavailable, match="cannot be used"):
        store.receive().write(b"x")


async def test_a_store_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        LocalObjectStore(tmp_path / "file/store")


async def test_a_forgotten_body_leaves_no_descriptor_open(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(50):
        store.receive().write(b"x")
    assert len([*Path("/proc/self/fd").iterdir()]) <= before + 1


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_stream_that_is_read_closed_or_forgotten_leaves_no_file_open(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("large", LARGE)
    before = descriptors()
    read = await store.stream("large")
    assert sum([len(piece) async for piece in read]) == len(LARGE)
    path = store.root / "objects/large"
    closed = LocalPieces(os.open(path, os.O_RDONLY), 0, 10_000_000)
    await anext(closed)
    await closed.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(closed)
    forgotten = LocalPieces(os.open(path, os.O_RDONLY), 0, 10_000_000)
    assert descriptors() == before + 1
    del forgotten
    assert descriptors() == before


async def test_the_last_object_of_a_folder_takes_the_folder_along(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    for key in ("ann/ab/1", "ann/ab/2", "ann/cd/1", "bob/1"):
        await store.put(key, b"x")
    objects = tmp_path / "store/objects"
    await store.delete("ann/ab/1")
    assert sorted(path.name for path in (objects / "ann").iterdir()) == ["ab", "cd"]
    await store.delete("ann/ab/2")
    assert [path.name for path in (objects / "ann").iterdir()] == ["cd"]
    await store.delete("ann/cd/1")
    assert [path.name for path in objects.iterdir()] == ["bob"]
    await store.delete("bob/1")
    await store.delete("bob/1")
    assert list(objects.iterdir()) == []
    await store.put("ann/ab/1", b"again")
    assert await store.get("ann/ab/1") == b"again"


async def test_what_is_put_while_its_folder_is_removed_is_there(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")

    async def put_and_delete(name: int) -> None:
        for turn in range(60):
            key = f"ann/ab/cd/{name}"
            if turn % 2:
                await store.put(key, b"x")
            else:
                writer = store.writer(key)
                writer.write(b"x")
                await asyncio.to_thread(writer.keep)
            assert await store.get(key) == b"x"
            await store.delete(key)

    await asyncio.gather(*(put_and_delete(name) for name in range(4)))
    assert list((tmp_path / "store/objects").iterdir()) == []


def test_a_folder_that_others_remove_is_made_again(tmp_path: Path) -> None:
    folder, tries = tmp_path / "a/b", 0

    def put() -> None:
        nonlocal tries
        tries += 1
        if 1 < tries < 9:
            folder.rmdir()
            folder.parent.rmdir()
        (folder / "file").write_bytes(b"x")

    put_at(folder / "file", put)
    assert (folder / "file").read_bytes() == b"x"


def test_what_cannot_be_put_there_is_an_error_in_the_end(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put_at(tmp_path / "a/file", (tmp_path / "nowhere").unlink)
