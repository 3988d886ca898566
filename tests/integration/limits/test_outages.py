"""The limiter on Redis when Redis is away, deaf, back, emptied."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.application.ports.limiter import LimiterAway, Quota
from tests.servers.relay import Relay

USER = Quota(name="user", who="ann", most=1000, seconds=60)
OpenLimiter = Callable[..., RedisLimiter]


@pytest.fixture
async def relay(redis_url: str) -> AsyncIterator[Relay]:
    between = Relay(redis_url)
    await between.start()
    yield between
    await between.stop()


@pytest.fixture
async def open_limiter(redis_prefix: str) -> AsyncIterator[OpenLimiter]:
    async with AsyncExitStack() as stack:

        def open_it(url: str, *, answers: float = 20.0) -> RedisLimiter:
            limiter = RedisLimiter(url, prefix=redis_prefix, answers=answers, pause=0.02)
            stack.push_async_callback(limiter.aclose)
            return limiter

        yield open_it


async def until_it_counts(limiter: RedisLimiter) -> int:
    async with asyncio.timeout(20):
        while True:
            try:
                return (await limiter.take([USER]))[0].remaining
            except LimiterAway:
                await asyncio.sleep(0.01)


async def test_redis_away_is_told_at_once_and_back_is_found_without_a_restart(
    open_limiter: OpenLimiter, relay: Relay
) -> None:
    limiter = open_limiter(relay.url)
    assert (await limiter.take([USER]))[0].remaining == 999
    await relay.stop()
    for _ in range(3):
        with pytest.raises(LimiterAway):
            await limiter.take([USER])
    with pytest.raises(LimiterAway):
        await limiter.check()
    await relay.start()
    assert await until_it_counts(limiter) == 998
    await limiter.check()


async def test_a_connection_that_broke_off_in_peace_costs_no_answer(
    open_limiter: OpenLimiter, relay: Relay
) -> None:
    limiter = open_limiter(relay.url)
    await limiter.take([USER])
    await relay.break_off()
    assert (await limiter.take([USER]))[0].remaining == 998


async def test_redis_that_says_nothing_is_waited_for_once_and_by_nobody_after(
    open_limiter: OpenLimiter, relay: Relay
) -> None:
    relay.deaf = True
    limiter = open_limiter(relay.url, answers=0.3)
    first = await asyncio.gather(*(limiter.take([USER]) for _ in range(50)), return_exceptions=True)
    assert all(isinstance(one, LimiterAway) for one in first)
    began = time.monotonic()
    for _ in range(1000):
        with pytest.raises(LimiterAway):
            await limiter.take([USER])
    assert time.monotonic() - began < 300  # a thousand times 0.3 s
    relay.deaf = False
    await relay.break_off()
    assert await until_it_counts(limiter) == 999


async def test_a_redis_that_was_emptied_counts_from_the_start(
    open_limiter: OpenLimiter, redis_url: str, redis_prefix: str
) -> None:
    limiter = open_limiter(redis_url)
    await limiter.take([USER])
    async with Redis.from_url(redis_url) as redis:
        await redis.delete(*[key async for key in redis.scan_iter(f"{redis_prefix}:*", count=10_000)])
        await redis.script_flush()
    assert (await limiter.take([USER]))[0].remaining == 999


async def test_what_cannot_be_written_is_no_health(
    open_limiter: OpenLimiter, redis_url: str, redis_prefix: str
) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.set(f"{redis_prefix}:limit:probe:1:", "no counter")
    with pytest.raises(LimiterAway):
        await open_limiter(redis_url).check()


async def test_closing_while_it_is_asked_leaves_nobody_waiting(
    open_limiter: OpenLimiter, relay: Relay
) -> None:
    relay.deaf = True
    limiter = open_limiter(relay.url)
    asked = asyncio.create_task(limiter.take([USER]))
    async with asyncio.timeout(20):
        while not relay.came:
            await asyncio.sleep(0.01)
        await limiter.aclose()
        with pytest.raises(LimiterAway):
            await asked
