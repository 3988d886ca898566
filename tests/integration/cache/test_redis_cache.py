"""The cache on Redis when Redis is away, slow, emptied, or full of what others wrote."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.application.ports.cache import Shelf
from tests.servers.relay import Relay

TEXTS = Shelf(name="texts", kind=str, largest=1_000)
OpenCache = Callable[..., RedisCache]


@pytest.fixture
async def open_cache(redis_url: str, redis_prefix: str) -> AsyncIterator[OpenCache]:
    async with AsyncExitStack() as stack:

        def open_it(url: str = redis_url, secret: bytes = b"secret", **limits: float) -> RedisCache:
            cache = RedisCache(url, Sealed(redis_prefix, lambda: secret), **limits)
            stack.push_async_callback(cache.aclose)
            return cache

        yield open_it


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def relay(redis_url: str) -> AsyncIterator[Relay]:
    between = Relay(redis_url)
    await between.start()
    yield between
    await between.stop()


async def test_every_key_expires_and_starts_with_our_prefix(
    open_cache: OpenCache, redis: Redis, redis_prefix: str
) -> None:
    await open_cache().put(TEXTS, "a", "x", seconds=60)
    (key,) = [one async for one in redis.scan_iter(f"{redis_prefix}:*")]
    assert key.startswith(f"{redis_prefix}:cache:texts:".encode())
    assert 0 < await redis.pttl(key) <= 60_000


async def test_nothing_that_others_put_under_our_keys_is_read(
    open_cache: OpenCache, redis: Redis, redis_prefix: str
) -> None:
    cache = open_cache()
    await cache.put(TEXTS, "a", "mine", seconds=60)
    (key,) = [one async for one in redis.scan_iter(f"{redis_prefix}:*")]
    good: bytes = await redis.get(key)
    for bad in (b"", b"x", good[:-1], good + b"\0", good[:32], bytes(len(good)), b"\xc1" * 5_000):
        await redis.set(key, bad)
        assert await cache.get(TEXTS, "a") is None
    await redis.set(key.replace(b":a", b":b"), good)
    assert await cache.get(TEXTS, "b") is None, "it was copied from another name"
    await redis.delete(key)
    await redis.hset(key, "not even", "a string")  # type: ignore[misc]
    assert await cache.get(TEXTS, "a") is None
    await redis.delete(key)
    await redis.set(key, good)
    assert await cache.get(TEXTS, "a") == "mine"
    assert await open_cache(secret=b"another").get(TEXTS, "a") is None


async def test_a_redis_that_was_emptied_knows_nothing_and_learns_again(
    open_cache: OpenCache, redis: Redis, redis_prefix: str
) -> None:
    cache = open_cache()
    await cache.put(TEXTS, "a", "x", seconds=60)
    await redis.delete(*[one async for one in redis.scan_iter(f"{redis_prefix}:*")])
    assert await cache.get(TEXTS, "a") is None
    await cache.put(TEXTS, "a", "y", seconds=60)
    assert await cache.get(TEXTS, "a") == "y"


async def test_a_connection_that_redis_closed_is_opened_again(open_cache: OpenCache, relay: Relay) -> None:
    cache = open_cache(relay.url)
    await cache.put(TEXTS, "a", "x", seconds=60)
    await relay.break_off()
    assert await cache.get(TEXTS, "a") == "x"


async def test_nobody_waits_twice_for_a_redis_that_says_nothing(open_cache: OpenCache, relay: Relay) -> None:
    relay.deaf = True
    cache = open_cache(relay.url, patience=0.05, rest=1000.0)
    assert await cache.get(TEXTS, "a") is None
    asked = relay.came
    for _ in range(100):
        assert await cache.get(TEXTS, "a") is None
        await cache.put(TEXTS, "a", "x", seconds=60)
    assert relay.came == asked
    assert cache.uses["texts", "away"] == 100


async def test_many_who_ask_at_once_wait_no_longer_than_one(open_cache: OpenCache, relay: Relay) -> None:
    relay.deaf = True
    cache = open_cache(relay.url, patience=0.2, rest=1000.0)

    async def ask(number: int) -> None:
        assert await cache.get(TEXTS, str(number)) is None

    async with asyncio.timeout(30):  # one after the other would take longer
        await asyncio.gather(*(ask(number) for number in range(200)))


async def test_a_redis_that_comes_back_is_used_again(open_cache: OpenCache, relay: Relay) -> None:
    cache = open_cache(relay.url, patience=1.0, rest=0.0)
    await cache.put(TEXTS, "a", "x", seconds=60)
    await relay.stop()
    assert await cache.get(TEXTS, "a") is None
    assert await cache.get(TEXTS, "a") is None
    await relay.start()
    assert await cache.get(TEXTS, "a") == "x"
