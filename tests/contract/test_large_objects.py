"""Many objects at once, large ones piece by piece, and links to them: in every store."""

import asyncio
import os
from urllib.parse import quote

import httpx
import pytest

from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore, ObjectWriter
from tests.fakes.object_store import MemoryObjectStore


async def keys(store: ObjectStore) -> list[str]:
    return sorted([one.key async for one in store.keys("")])


async def test_many_objects_are_read_in_the_order_asked_for(store: ObjectStore) -> None:
    wanted = [f"m/{number}" for number in range(20)]
    for key in wanted:
        await store.put(key, key.encode())
    wanted.reverse()
    assert await store.read([*wanted, wanted[0]]) == [key.encode() for key in [*wanted, wanted[0]]]
    assert await store.read([]) == []
    with pytest.raises(ObjectMissing, match="nowhere/1"):
        await store.read([wanted[0], "nowhere/1"])


async def test_a_large_object_is_written_piece_by_piece_and_invisible_until_kept(store: ObjectStore) -> None:
    data = os.urandom(12_000_003)

    def write() -> ObjectWriter:
        writer = store.writer("w/1")
        for at in range(0, len(data), 700_000):
            piece = memoryview(data)[at : at + 700_000]
            assert writer.write(piece) == len(piece)
        return writer

    writer = await asyncio.to_thread(write)
    assert await keys(store) == []
    await asyncio.to_thread(writer.keep)
    await asyncio.to_thread(writer.discard)
    assert await keys(store) == ["w/1"]
    assert await store.get("w/1") == data


async def test_what_a_writer_discards_was_never_there(store: ObjectStore) -> None:
    def write_and_discard() -> None:
        writer = store.writer("w/2")
        writer.write(os.urandom(6_000_000))
        for _ in range(2):
            writer.discard()

    await store.put("w/2", b"before")
    await asyncio.to_thread(write_and_discard)
    await asyncio.to_thread(store.writer("w/3").discard)
    assert await store.get("w/2") == b"before"
    assert await keys(store) == ["w/2"]
    assert await store.sweep(older_than=-1) == 0


@pytest.mark.parametrize("data", [b"", b"few"])
async def test_a_writer_may_write_little_or_nothing(store: ObjectStore, data: bytes) -> None:
    def write() -> None:
        writer = store.writer("w/little")
        if data:
            writer.write(data)
        writer.keep()

    await asyncio.to_thread(write)
    assert await store.get("w/little") == data


async def test_the_first_bytes_of_an_object_may_be_known_last(store: ObjectStore) -> None:
    data = os.urandom(3_000_000)

    def write() -> ObjectWriter:
        writer = store.writer("w/head", head=32)
        for at in range(0, len(data), 700_000):
            piece = memoryview(data)[at : at + 700_000]
            assert writer.write(piece) == len(piece)
        return writer

    await store.put("w/head", b"before")
    writer = await asyncio.to_thread(write)
    assert await store.get("w/head") == b"before"
    await asyncio.to_thread(writer.keep, b"h" * 32)
    assert await store.get("w/head") == b"h" * 32 + data
    await asyncio.to_thread(writer.discard)
    assert await keys(store) == ["w/head"]
    assert await store.sweep(older_than=-1) == 0


async def test_a_head_of_another_length_is_refused_and_shows_nothing(store: ObjectStore) -> None:
    def write(told: int, head: bytes) -> None:
        writer = store.writer("w/wrong", head=told)
        try:
            writer.write(b"the rest")
            with pytest.raises(ValueError, match=str(told)):
                writer.keep(head)
        finally:
            writer.discard()

    for told, head in ((32, b"h" * 31), (32, b"h" * 33), (32, b""), (0, b"h")):
        await asyncio.to_thread(write, told, head)
    assert await keys(store) == []
    assert await store.sweep(older_than=-1) == 0


@pytest.mark.parametrize("data", [b"", b"few"])
async def test_little_or_nothing_may_follow_a_head(store: ObjectStore, data: bytes) -> None:
    def write() -> None:
        writer = store.writer("w/little", head=3)
        if data:
            writer.write(data)
        writer.keep(b"abc")

    await asyncio.to_thread(write)
    assert await store.get("w/little") == b"abc" + data
    assert await keys(store) == ["w/little"]


async def test_what_waits_for_its_head_is_dropped_without_a_trace(store: ObjectStore) -> None:
    def write_and_discard() -> None:
        writer = store.writer("w/dropped", head=32)
        writer.write(os.urandom(3_000_000))
        for _ in range(2):
            writer.discard()

    await asyncio.to_thread(write_and_discard)
    await asyncio.to_thread(store.writer("w/unused", head=32).discard)
    assert await keys(store) == []
    assert await store.sweep(older_than=-1) == 0


async def test_a_writer_that_is_lost_shows_nothing_and_is_swept(store: ObjectStore) -> None:
    def write_and_die() -> None:
        store.writer("w/lost", head=32).write(b"the rest")

    await asyncio.to_thread(write_and_die)
    assert await store.sweep(older_than=3_600) == 0
    await store.sweep(older_than=-1)
    assert await store.sweep(older_than=-1) == 0
    assert await keys(store) == []


async def test_an_object_is_read_like_a_file(store: ObjectStore) -> None:
    data = os.urandom(5_000_000)
    await store.put("f", data)

    def look() -> None:
        with store.reader("f") as file:
            assert file.seekable()
            assert file.read(4) == data[:4]
            assert file.seek(-20, os.SEEK_END) == len(data) - 20
            assert file.read() == data[-20:]
            assert file.read(1) == b""
            assert file.seek(100) == 100
            assert file.read(3_000_000) == data[100:3_000_100]
            assert file.tell() == 3_000_100
            assert file.seek(-50, os.SEEK_CUR) == 3_000_050
            assert file.read(60) == data[3_000_050:3_000_110]
            file.seek(0)
            assert file.read() == data

    await asyncio.to_thread(look)


async def test_a_reader_of_a_missing_key_is_refused_when_it_is_asked_for(store: ObjectStore) -> None:
    with pytest.raises(ObjectMissing):
        await asyncio.to_thread(store.reader, "nowhere")


async def test_a_link_gives_the_object_as_a_download_of_that_name(store: ObjectStore) -> None:
    await store.put("l/1", b"0123456789")
    name = "cats & “dogs”-v1.zip"
    link = await store.link("l/1", seconds=60, filename=name)
    if link is None:
        assert isinstance(store, MemoryObjectStore | LocalObjectStore)
        return
    async with httpx.AsyncClient() as http:
        answer = await http.get(link, headers={"range": "bytes=2-4"})
        changed = await http.get(link.replace("l/1", "l/2"))
        await store.delete("l/1")
        gone = await http.get(link)
    assert (answer.status_code, answer.content) == (206, b"234")
    told = answer.headers["content-disposition"]
    assert told.startswith("attachment")
    assert quote(name) in told
    assert changed.status_code >= 400
    assert gone.status_code >= 400
