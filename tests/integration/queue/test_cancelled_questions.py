"""A question to Redis that is cancelled ends as cancelled, at whatever step it was."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable

import pytest

from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.adapters.fetching.pace_ledger import Ask, RedisLedger
from pixcrawler.adapters.limits.redis_limiter import PROBE, RedisLimiter
from pixcrawler.adapters.queue.roll_call import RollCall
from pixcrawler.application.ports.cache import Shelf

STEPS = 40
"""Turns of the event loop after which a question has its answer, and as many again."""
TEXTS = Shelf(name="texts", kind=str, largest=1_000)
HOST = Ask("a", rate=0, connections=1, starts=1, busy=0, wanted=1, good=0, complaints=0, pause=0, spacing=0)

Question = Callable[[], Awaitable[object]]


async def _swallowed(question: Question) -> list[int]:
    """After how many turns of the loop a cancellation was lost."""
    await question()  # the connection is there
    lost = []
    for turns in range(STEPS):

        async def goes_on() -> None:
            await question()
            await asyncio.sleep(60)

        asking = asyncio.create_task(goes_on())
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        done, _ = await asyncio.wait({asking}, timeout=0.5)
        if not done:
            lost.append(turns)
            asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
    return lost


@pytest.fixture
def ledger(redis_url: str, redis_prefix: str) -> RedisLedger:
    return RedisLedger(redis_url, prefix=redis_prefix, me=uuid.uuid4().hex)


async def test_of_the_pace(ledger: RedisLedger) -> None:
    assert await _swallowed(lambda: ledger.exchange([HOST], lead=0)) == []
    await ledger.aclose()


async def test_of_the_cache(redis_url: str, redis_prefix: str) -> None:
    cache = RedisCache(redis_url, Sealed(redis_prefix, lambda: b"secret"))
    assert await _swallowed(lambda: cache.get(TEXTS, "a")) == []
    await cache.aclose()


async def test_of_the_limits(redis_url: str, redis_prefix: str) -> None:
    limiter = RedisLimiter(redis_url, prefix=redis_prefix)
    assert await _swallowed(limiter.check) == []
    assert await _swallowed(lambda: limiter.take([PROBE])) == []
    await limiter.aclose()


async def test_of_the_roll_call(redis_url: str, redis_prefix: str) -> None:
    roll = RollCall(redis_url, prefix=redis_prefix)
    assert await _swallowed(lambda: roll.workers("shared")) == []
    await roll.close()
