"""What every limiter does: that of a process alone, and the one that all processes share through Valkey."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from pixcrawler.adapters.limits.process_limiter import ProcessLimiter
from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.application.ports.limiter import Left, Limiter, Quota

SOON = 20.0


def quota(name: str = "read", who: str = "ann", *, most: int = 3, seconds: int = 60) -> Quota:
    return Quota(name=name, who=who, most=most, seconds=seconds)


@pytest.fixture(params=["process", "redis"])
async def limiter(
    request: pytest.FixtureRequest, redis_url: str, redis_prefix: str
) -> AsyncIterator[Limiter]:
    if request.param == "process":
        yield ProcessLimiter(time.monotonic)
        return
    shared = RedisLimiter(redis_url, prefix=redis_prefix)
    yield shared
    await shared.aclose()


async def counted(limiter: Limiter, *quotas: Quota) -> bool:
    return not any(left.wait for left in await limiter.take(quotas))


async def test_as_many_pass_as_may_and_each_is_told_what_remains(limiter: Limiter) -> None:
    told = [(await limiter.take([quota()]))[0] for _ in range(5)]
    assert [left.remaining for left in told] == [2, 1, 0, 0, 0]
    assert [left.wait > 0 for left in told] == [False, False, False, True, True]
    assert all(left.quota == quota() for left in told)
    assert all(0 < left.reset <= 62 for left in told)
    assert all(0 < left.wait <= left.reset for left in told[3:])


async def test_at_once_exactly_as_many_pass(limiter: Limiter) -> None:
    asked = await asyncio.gather(*(limiter.take([quota(most=50)]) for _ in range(400)))
    assert sum(not left.wait for (left,) in asked) == 50
    assert sorted(left.remaining for (left,) in asked if not left.wait) == list(range(50))


async def test_all_are_counted_or_none(limiter: Limiter) -> None:
    wide, narrow = quota("user", most=10), quota("write", most=1)
    assert await counted(limiter, wide, narrow)
    for _ in range(20):
        user, write = await limiter.take([wide, narrow])
        assert (user.remaining, user.wait) == (9, 0)
        assert write.remaining == 0
        assert write.wait > 0
    assert [left.remaining for left in await limiter.take([wide])] == [8]


async def test_what_belongs_to_others_is_counted_apart(limiter: Limiter) -> None:
    assert await counted(limiter, quota(most=1))
    assert not await counted(limiter, quota(most=1))
    assert await counted(limiter, quota(who="bob", most=1))
    assert await counted(limiter, quota("write", most=1))


async def test_after_its_wait_one_more_passes_and_not_before(limiter: Limiter) -> None:
    """However often it was asked in vain: what was refused counts nowhere."""
    began = time.monotonic()
    for _ in range(3):
        assert await counted(limiter, quota(seconds=1))
    refused: list[Left] = []
    async with asyncio.timeout(SOON):
        while (left := (await limiter.take([quota(seconds=1)]))[0]).wait:
            refused.append(left)
            await asyncio.sleep(0.005)
    took = time.monotonic() - began
    assert refused
    assert took >= 0.99
    assert refused[0].wait <= 1.1
    assert all(later.wait <= earlier.wait for earlier, later in pairwise(refused))


async def test_a_quota_that_was_lowered_holds_at_once(limiter: Limiter) -> None:
    for _ in range(10):
        assert await counted(limiter, quota(most=10))
    (left,) = await limiter.take([quota(most=5)])
    assert left.remaining == 0
    assert left.wait > 0


async def test_one_who_gives_up_hinders_nobody(limiter: Limiter) -> None:
    waiting = [asyncio.create_task(counted(limiter, quota(most=100))) for _ in range(4)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    assert await counted(limiter, quota(most=100))
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert done[1:] == [True] * 3


async def test_a_look_counts_nothing(limiter: Limiter) -> None:
    assert [left.remaining for left in await limiter.look([quota()])] == [3]
    assert await counted(limiter, quota())
    for _ in range(5):
        (left,) = await limiter.look([quota()])
        assert (left.remaining, left.wait) == (2, 0)
        assert 0 < left.reset <= 62
    await limiter.take([quota()])
    await limiter.take([quota()])
    (left,) = await limiter.look([quota()])
    assert left.remaining == 0
    assert left.wait > 0
