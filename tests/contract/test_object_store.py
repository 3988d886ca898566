"""Bytes by key, in memory and on disk."""

import asyncio
import os
from pathlib import Path

import pytest

from pixcrawler.adapters.storage import STORES
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.object_store import Body, ObjectMissing, ObjectStore
from pixcrawler.domain.shared.errors import Invalid
from tests.fakes.object_store import MemoryObjectStore


def test_every_store_is_tried_here_but_gcs() -> None:
    assert STORES.keys() == {"local", "supabase", "s3", "azure", "gcs"}


async def keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return sorted([one.key async for one in store.keys(prefix)])


def read(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def received(store: ObjectStore, *pieces: bytes) -> Body:
    body = store.receive()
    for piece in pieces:
        body.write(piece)
    return body


async def test_reads_back_what_was_put(store: ObjectStore) -> None:
    await store.put("a/1.jpg", b"one")
    assert await store.get("a/1.jpg") == b"one"
    assert await store.exists("a/1.jpg")


@pytest.mark.parametrize("act", ["get", "open_for_reading", "size"])
async def test_a_missing_key_is_reported_as_missing(store: ObjectStore, act: str) -> None:
    with pytest.raises(ObjectMissing):
        await getattr(store, act)("nowhere/1")
    assert not await store.exists("nowhere/1")


async def test_a_range_or_a_place_of_a_missing_key_is_reported_as_missing(
    store: ObjectStore, tmp_path: Path
) -> None:
    with pytest.raises(ObjectMissing):
        await store.get_range("nowhere", 0, 1)
    with pytest.raises(ObjectMissing):
        await store.place(("nowhere", tmp_path / "file"))
    assert not (tmp_path / "file").exists()


async def test_writing_a_key_again_replaces_it(store: ObjectStore) -> None:
    await store.put("a/1", b"one")
    await store.put("a/1", b"two")
    assert await store.get("a/1") == b"two"
    assert await keys(store) == ["a/1"]


async def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    await store.put("a/empty", b"")
    await store.keep(received(store), "a/kept")
    assert await store.get("a/empty") == await store.get("a/kept") == b""
    assert await store.size("a/empty") == 0
    assert [piece async for piece in await store.stream("a/empty")] == []


async def test_a_large_object_comes_back_whole(store: ObjectStore) -> None:
    data = os.urandom(3_000_001)
    await store.put("large", data)
    assert await store.get("large") == data
    assert await store.size("large") == len(data)


async def test_what_was_received_is_invisible_until_it_is_kept(store: ObjectStore) -> None:
    body = received(store, b"one", b"two")
    assert await keys(store) == []
    await store.keep(body, "b/1")
    assert await store.get("b/1") == b"onetwo"


async def test_a_body_is_read_from_its_beginning_as_often_as_one_likes(store: ObjectStore) -> None:
    body = received(store, b"one")
    first, second = body.open_for_reading(), body.open_for_reading()
    assert read(first) == read(second) == b"one"
    body.discard()


async def test_a_body_that_nothing_was_written_to_is_empty(store: ObjectStore) -> None:
    body = store.receive()
    assert read(body.open_for_reading()) == b""
    body.discard()


async def test_discarding_is_harmless_twice_and_after_keeping(store: ObjectStore) -> None:
    body = received(store, b"one")
    body.discard()
    body.discard()
    kept = received(store, b"two")
    await store.keep(kept, "b/2")
    kept.discard()
    assert await store.get("b/2") == b"two"


async def test_the_same_key_may_be_kept_by_many_at_once(store: ObjectStore) -> None:
    bodies = [received(store, b"same") for _ in range(10)]
    await asyncio.gather(*(store.keep(body, "c/d/same") for body in bodies))
    assert await store.get("c/d/same") == b"same"
    assert await keys(store) == ["c/d/same"]


async def test_a_store_keeps_only_what_it_received_itself(store: ObjectStore, tmp_path: Path) -> None:
    stranger = (
        LocalObjectStore(tmp_path / "x") if isinstance(store, MemoryObjectStore) else MemoryObjectStore()
    )
    with pytest.raises(TypeError):
        await store.keep(stranger.receive(), "a/1")


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 3, b"012"), (7, 100, b"789"), (10, 5, b""), (99, 1, b""), (2, 0, b"")],
)
async def test_ranges_end_at_the_end(store: ObjectStore, start: int, length: int, expected: bytes) -> None:
    await store.put("r", b"0123456789")
    assert await store.get_range("r", start, length) == expected


@pytest.mark.parametrize(
    ("start", "length"),
    [(0, None), (0, 10), (299_990, None), (299_990, 100), (131_000, 140_000), (300_000, None), (5, 0)],
)
async def test_a_stream_gives_the_same_bytes_in_pieces(
    store: ObjectStore, start: int, length: int | None
) -> None:
    data = os.urandom(300_000)
    await store.put("s", data)
    pieces = [piece async for piece in await store.stream("s", start, length)]
    assert b"".join(pieces) == data[start:][:length]
    assert all(0 < len(piece) <= 1 << 20 for piece in pieces)


async def test_a_stream_of_a_missing_key_fails_before_its_first_piece(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        await store.stream("nowhere")


async def test_a_stream_that_is_closed_gives_nothing_more(store: ObjectStore) -> None:
    await store.put("s", os.urandom(300_000))
    stream = await store.stream("s")
    assert await anext(aiter(stream))
    for _ in range(2):
        await stream.aclose()
    assert [piece async for piece in stream] == []


async def test_a_stream_goes_on_when_its_object_is_deleted(store: ObjectStore) -> None:
    data = os.urandom(300_000)
    await store.put("s", data)
    stream = await store.stream("s")
    await store.delete("s")
    assert b"".join([piece async for piece in stream]) == data


async def test_an_open_object_survives_its_deletion(store: ObjectStore) -> None:
    await store.put("a/1", b"one")
    descriptor = await store.open_for_reading("a/1")
    await store.delete("a/1")
    assert read(descriptor) == b"one"


async def test_a_placed_object_is_a_file_that_replaces_what_was_there(
    store: ObjectStore, tmp_path: Path
) -> None:
    target = tmp_path / "picture.jpg"
    target.write_bytes(b"old")
    await store.put("a/1", b"one")
    await store.place(("a/1", target))
    assert target.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["picture.jpg"]


async def test_a_placed_file_outlives_the_object(store: ObjectStore, tmp_path: Path) -> None:
    await store.put("a/1", b"one")
    await store.place(("a/1", tmp_path / "f"))
    await store.delete("a/1")
    assert (tmp_path / "f").read_bytes() == b"one"


async def test_deleting_is_harmless_when_nothing_is_there(store: ObjectStore) -> None:
    await store.put("a/1", b"one")
    for _ in range(2):
        await store.delete("a/1")
    assert not await store.exists("a/1")


async def test_keys_are_listed_by_prefix_and_spare_its_neighbours(store: ObjectStore) -> None:
    for key in ("a/1", "a/2", "ab/1", "b"):
        await store.put(key, b"x")
    assert await keys(store, "a/") == ["a/1", "a/2"]
    assert await keys(store, "a") == ["a/1", "a/2", "ab/1"]
    assert await keys(store) == ["a/1", "a/2", "ab/1", "b"]
    assert await keys(store, "nothing/") == []


async def test_keys_come_with_their_age_and_size(store: ObjectStore) -> None:
    await store.put("a/1", b"four")
    assert [(-1 < age < 60, size) async for _, age, size in store.keys("")] == [(True, 4)]


BAD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a//b",
    "a/",
    "a/.hidden",
    ".",
    "a b",
    "a\x00",
    "ä",
    "x" * 513,
]


async def test_a_key_never_leaves_the_store(store: ObjectStore, tmp_path: Path) -> None:
    for key in BAD_KEYS:
        with pytest.raises(Invalid):
            await store.put(key, b"x")
        with pytest.raises(Invalid):
            await store.get(key)
        with pytest.raises(Invalid):
            await store.keep(received(store, b"x"), key)
        with pytest.raises(Invalid):
            await store.delete(key)
        with pytest.raises(Invalid):
            await store.place((key, tmp_path / "file"))
        with pytest.raises(Invalid):
            await store.read([key])
        with pytest.raises(Invalid):
            store.writer(key)
        with pytest.raises(Invalid):
            await asyncio.to_thread(store.reader, key)
        with pytest.raises(Invalid):
            await store.size(key)
    assert await keys(store) == []


async def test_a_store_that_works_says_so(store: ObjectStore) -> None:
    await store.check()


async def test_a_body_that_nobody_holds_any_more_is_gone(store: ObjectStore) -> None:
    received(store, b"left behind")
    assert await store.sweep(older_than=-1) == 0


async def test_only_bodies_that_were_left_behind_are_swept(store: ObjectStore) -> None:
    await store.put("a/1", b"one")
    left = received(store, b"left behind")
    assert await store.sweep(older_than=3_600) == 0
    assert await store.sweep(older_than=-1) == 1
    assert await store.sweep(older_than=-1) == 0
    left.discard()
    assert await store.get("a/1") == b"one"
