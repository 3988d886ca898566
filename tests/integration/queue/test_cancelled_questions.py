"""A question to Redis that is cancelled ends as cancelled, at whatever step it was."""

import uuid

import pytest

from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.adapters.fetching.pace_ledger import Ask, RedisLedger
from pixcrawler.adapters.limits.redis_limiter import PROBE, RedisLimiter
from pixcrawler.adapters.queue.roll_call import RollCall
from pixcrawler.application.ports.cache import Shelf
from tests.cancelling import lost_cancels

TEXTS = Shelf(name="texts", kind=str, largest=1_000)
HOST = Ask("a", rate=0, connections=1, starts=1, busy=0, wanted=1, good=0, complaints=0, pause=0, spacing=0)


@pytest.fixture
def ledger(redis_url: str, redis_prefix: str) -> RedisLedger:
    return RedisLedger(redis_url, prefix=redis_prefix, me=uuid.uuid4().hex)


async def test_of_the_pace(ledger: RedisLedger) -> None:
    assert await lost_cancels(lambda: ledger.exchange([HOST], lead=0)) == []
    await ledger.aclose()


async def test_of_the_cache(redis_url: str, redis_prefix: str) -> None:
    cache = RedisCache(redis_url, Sealed(redis_prefix, lambda: b"secret"))
    assert await lost_cancels(lambda: cache.get(TEXTS, "a")) == []
    await cache.aclose()


async def test_of_the_limits(redis_url: str, redis_prefix: str) -> None:
    limiter = RedisLimiter(redis_url, prefix=redis_prefix)
    assert await lost_cancels(limiter.check) == []
    assert await lost_cancels(lambda: limiter.take([PROBE])) == []
    await limiter.aclose()


async def test_of_the_roll_call(redis_url: str, redis_prefix: str) -> None:
    roll = RollCall(redis_url, prefix=redis_prefix)
    assert await lost_cancels(lambda: roll.workers("shared")) == []
    await roll.close()
