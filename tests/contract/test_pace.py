"""What every pace does: the one of a process alone, and the one that workers share through Valkey."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from itertools import pairwise

import pytest

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.pace_ledger import RedisLedger
from pixcrawler.adapters.fetching.pace_share import Sharing
from pixcrawler.application.ports.pace import HostPaused, Pace

SOON = 20.0
"""Seconds; what this is told from would take longer, or for ever."""
OpenPace = Callable[..., Pace]


@pytest.fixture(params=["process", "shared"])
async def open_pace(
    request: pytest.FixtureRequest, redis_url: str, redis_prefix: str
) -> AsyncIterator[OpenPace]:
    """``open_pace(rate=…, connections=…)``; a rate of 0 is no limit."""
    sharing: Sharing | None = None
    if request.param == "shared":
        sharing = Sharing(RedisLedger(redis_url, prefix=redis_prefix, me=uuid.uuid4().hex))

    def build(*, rate: float = 0.0, connections: int = 8) -> Pace:
        part = None if sharing is None else sharing.part("files", rate=rate, connections=connections)
        return HostPace(
            per_host_rate=rate or float("inf"), per_host_connections=connections, share=part, slow_after=60
        )

    yield build
    if sharing is not None:
        await sharing.aclose()


async def starts(pace: Pace, host: str, number: int) -> list[float]:
    times: list[float] = []

    async def one() -> None:
        async with pace.turn(host, patience=60):
            times.append(time.monotonic())

    await asyncio.gather(*(one() for _ in range(number)))
    return times


async def test_starts_on_one_host_keep_their_distance(open_pace: OpenPace) -> None:
    times = await starts(open_pace(rate=10), "a.test", 4)
    assert all(later - earlier >= 0.08 for earlier, later in pairwise(times))


async def test_hosts_of_one_domain_share_a_pace_and_others_do_not(open_pace: OpenPace) -> None:
    """A start that a busy machine is late for is lost, and costs a second; one line of all takes forty."""
    pace = open_pace(rate=1)
    hosts = ["a.one.test", "other.one.test", *(f"www.site-{number}.test" for number in range(40))]
    async with asyncio.timeout(SOON):
        (one,), (other,), *_ = await asyncio.gather(*(starts(pace, host, 1) for host in hosts))
    assert abs(one - other) >= 0.95


async def test_one_host_has_only_so_many_at_once_and_delays_no_other(open_pace: OpenPace) -> None:
    pace = open_pace(connections=2)
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(pace.turn("slow.test", patience=60))
        waiting = [asyncio.create_task(starts(pace, "slow.test", 1)) for _ in range(10)]
        async with asyncio.timeout(SOON):
            await starts(pace, "quick.test", 5)
        assert not any(task.done() for task in waiting)
    async with asyncio.timeout(SOON):
        await asyncio.gather(*waiting)


async def test_a_pause_is_waited_for_or_told(open_pace: OpenPace) -> None:
    pace = open_pace()
    pace.slow_down("a.test", 0.1)
    before = time.monotonic()
    async with pace.turn("a.test", patience=5):
        assert time.monotonic() - before >= 0.09
    pace.slow_down("a.test", 100)
    with pytest.raises(HostPaused, match="left alone"):
        async with pace.turn("a.test", patience=1):
            pass


async def test_a_pause_is_never_longer_than_an_hour(open_pace: OpenPace) -> None:
    pace = open_pace()
    pace.slow_down("a.test", 10**9)
    with pytest.raises(HostPaused) as told:
        async with pace.turn("a.test", patience=1):
            pass
    assert 3500 < told.value.seconds <= 3600


async def test_those_who_wait_already_are_told_of_a_pause_too(open_pace: OpenPace) -> None:
    pace = open_pace(rate=10)
    await starts(pace, "a.test", 1)
    waiting = asyncio.create_task(starts(pace, "a.test", 1))
    await asyncio.sleep(0)
    pace.slow_down("a.test", 100_000)
    with pytest.raises(HostPaused):
        await asyncio.wait_for(waiting, 70)


async def test_a_complaint_halves_the_rate_and_good_answers_raise_it_again(open_pace: OpenPace) -> None:
    pace = open_pace(rate=100)
    pace.slow_down("a.test", 0)
    pace.slow_down("a.test", 0)
    times = await starts(pace, "a.test", 6)
    assert times[-1] - times[0] >= 5 * 0.035
    for _ in range(200):
        pace.answered("a.test")
    times = await starts(pace, "a.test", 16)
    assert min(later - earlier for earlier, later in pairwise(times)) < 0.035


async def test_a_crawl_delay_keeps_starts_apart(open_pace: OpenPace) -> None:
    pace = open_pace()
    pace.space_out("a.test", 0.2)
    times = await starts(pace, "a.test", 3)
    assert all(later - earlier >= 0.17 for earlier, later in pairwise(times))


async def test_one_who_gives_up_waiting_leaves_nothing_locked(open_pace: OpenPace) -> None:
    pace = open_pace(connections=1)
    async with pace.turn("a.test", patience=60):
        waiting = asyncio.create_task(starts(pace, "a.test", 1))
        await asyncio.sleep(0.02)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(SOON):
        assert len(await starts(pace, "a.test", 3)) == 3
