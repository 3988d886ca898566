"""A store that fails, is slow, or applies a write and drops its answer: what it was to hold, it holds."""

import asyncio
import dataclasses
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from pixcrawler.adapters.storage import StoreConfig, open_store
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.shared.errors import Unavailable
from tests.servers.faults import Fault, FaultyProxy

T = TypeVar("T")

pytestmark = pytest.mark.long
ENDPOINTS = {"s3": "s3_endpoint", "azure": "azure_endpoint", "supabase": "supabase_url"}
PICTURES = 300


@pytest.fixture(params=ENDPOINTS)
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@asynccontextmanager
async def behind(
    provider: str, config: StoreConfig, *, share: float, delay: float = 0
) -> AsyncIterator[tuple[ObjectStore, FaultyProxy]]:
    """The store, reached through a proxy that spoils this share of its requests."""
    field = ENDPOINTS[provider]
    parts = urlsplit(getattr(config, field))
    async with FaultyProxy(f"http://{parts.netloc}", share=share, delay=delay) as proxy:
        through = dataclasses.replace(config, **{field: proxy.url + parts.path})
        async with open_store(provider, through) as store:
            yield store, proxy


async def insist(act: Callable[[], Awaitable[T]]) -> T:
    """As the queue does with a task: an act that failed for a passing reason is done again from its start."""
    for _ in range(4):
        try:
            return await act()
        except Unavailable:
            continue
    return await act()


def picture(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest() * (50 + number * 7 % 2_000)


async def test_a_crawl_and_an_export_lose_nothing_when_a_third_of_all_requests_fail(
    provider: str, config: StoreConfig, tmp_path: Path
) -> None:
    room = asyncio.Semaphore(16)

    async def keep(number: int) -> None:
        async def attempt() -> None:
            body = store.receive()
            try:
                body.write(picture(number))
                await store.keep(body, f"p/{number}")
            finally:
                body.discard()

        async with room:
            await insist(attempt)

    async with behind(provider, config, share=0.3) as (store, proxy):
        await asyncio.gather(*(keep(number) for number in range(PICTURES)))
        keys = [f"p/{number}" for number in range(PICTURES)]
        assert await insist(lambda: store.read(keys)) == [picture(number) for number in range(PICTURES)]
        listed = await insist(lambda: listing(store, "p/"))
        assert sorted(listed) == sorted((key, len(picture(int(key[2:])))) for key in keys)
        places = [(key, tmp_path / key[2:]) for key in keys[:50]]
        await insist(lambda: store.place(*places))
        assert all(path.read_bytes() == picture(int(key[2:])) for key, path in places)
        await insist(lambda: an_archive(store))
        await insist(lambda: a_headed_archive(store))
        for key in keys:
            await insist(lambda key=key: store.delete(key))  # type: ignore[misc]
        assert proxy.spoilt.keys() == set(Fault)
        assert proxy.spoilt.total() > PICTURES / 4
    async with open_store(provider, config) as plain:
        await plain.sweep(older_than=-1)
        assert [key for key, _ in await listing(plain, "")] == ["x/archive"]
    assert not list(config.spool_root.iterdir())


async def listing(store: ObjectStore, prefix: str) -> list[tuple[str, int]]:
    return [(one.key, one.size) async for one in store.keys(prefix)]


async def an_archive(store: ObjectStore) -> None:
    data = os.urandom(40_000_001)

    def write() -> None:
        writer = store.writer("x/archive")
        try:
            for at in range(0, len(data), 1_000_000):
                writer.write(data[at : at + 1_000_000])
            writer.keep()
        finally:
            writer.discard()

    def read() -> bytes:
        with store.reader("x/archive") as file:
            return file.read()

    async def streamed() -> bytes:
        return b"".join([piece async for piece in await store.stream("x/archive")])

    await asyncio.to_thread(write)
    assert await insist(lambda: asyncio.to_thread(read)) == data
    assert await insist(streamed) == data


async def a_headed_archive(store: ObjectStore) -> None:
    """Which replaces the other."""
    data = os.urandom(40_000_001)

    def write() -> None:
        writer = store.writer("x/archive", head=32)
        try:
            for at in range(32, len(data), 1_000_000):
                writer.write(data[at : at + 1_000_000])
            writer.keep(data[:32])
        finally:
            writer.discard()

    async def whole() -> bytes:
        return await store.get("x/archive")

    await asyncio.to_thread(write)
    assert await insist(whole) == data


async def test_a_write_that_was_applied_but_not_answered_counts_as_written(
    provider: str, config: StoreConfig
) -> None:
    def write(key: str, head: bytes) -> None:
        writer = store.writer(key, head=len(head))
        writer.write(b"x" * 40_000_000)
        writer.keep(head)

    async with behind(provider, config, share=0.5) as (store, proxy):
        proxy.faults = (Fault.LOST_ANSWER,)
        await insist(lambda: store.put("p", b"one"))
        await insist(lambda: asyncio.to_thread(write, "w", b""))
        await insist(lambda: asyncio.to_thread(write, "h", b"head"))
        assert proxy.spoilt[Fault.LOST_ANSWER]
    async with open_store(provider, config) as plain:
        assert await plain.get("p") == b"one"
        assert await plain.size("w") == 40_000_000
        assert await plain.size("h") == 40_000_004
        assert await plain.get_range("h", 0, 6) == b"headxx"


@pytest.mark.parametrize("provider", ["s3", "azure"], indirect=True)
async def test_what_follows_a_head_is_swept_when_its_writer_comes_to_an_end_in_between(
    provider: str, config: StoreConfig
) -> None:
    """To the store, one that reaches it no more is one that was killed."""
    impatient = dataclasses.replace(config, timeout=3.0)
    async with behind(provider, impatient, share=0) as (store, proxy):
        proxy.cut_from = "receiving/"  # it is complete, and read so that it can be put behind the head

        def write() -> None:
            writer = store.writer("w", head=32)
            try:
                writer.write(bytes(1_000_000))
                writer.keep(bytes(32))
            finally:
                writer.discard()

        with pytest.raises(Unavailable):
            await asyncio.to_thread(write)
    async with open_store(provider, config) as plain:
        ((apart, size),) = await listing(plain, "")
        assert apart.startswith("receiving/")
        assert size == 1_000_000
        assert await plain.sweep(older_than=3_600) == 0
        assert await plain.sweep(older_than=-1) == 1
        assert await listing(plain, "") == []


async def test_a_slow_store_is_only_slow(provider: str, config: StoreConfig) -> None:
    async with behind(provider, config, share=0, delay=0.2) as (store, _):
        await asyncio.gather(*(store.put(f"s/{number}", b"x" * number) for number in range(60)))
        assert [len(one) for one in await store.read([f"s/{number}" for number in range(60)])] == [*range(60)]


async def test_a_silent_store_ends_as_unavailable_and_not_as_a_hang(
    provider: str, config: StoreConfig
) -> None:
    impatient = dataclasses.replace(config, timeout=0.5)
    async with behind(provider, impatient, share=0, delay=30) as (store, _):
        with pytest.raises(Unavailable, match=r"does not do its work now \(it did not answer in time\)"):
            await asyncio.wait_for(store.put("a", b"x"), 20)


async def test_a_store_that_is_away_ends_as_unavailable(provider: str, config: StoreConfig) -> None:
    async with behind(provider, dataclasses.replace(config, timeout=1.0), share=0) as (store, proxy):
        await proxy.__aexit__(None, None, None)
        with pytest.raises(Unavailable, match=r"cannot be reached"):
            await asyncio.wait_for(store.get("a"), 20)
        with pytest.raises(Unavailable):
            await store.check()
