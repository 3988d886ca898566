import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from pixcrawler.adapters.fetching.dead_hosts import DeadHosts
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.registrable import registrable
from pixcrawler.adapters.fetching.robots_lines import naming_line

NO_LIMIT = float("inf")
SOON = 20.0
"""Seconds; what this is told from would take longer, or for ever."""


async def starts(pace: HostPace, host: str, number: int) -> list[float]:
    times: list[float] = []

    async def one() -> None:
        async with pace.turn(host, patience=60):
            times.append(time.monotonic())

    await asyncio.gather(*(one() for _ in range(number)))
    return times


async def test_no_more_than_the_concurrency_run_at_once() -> None:
    pace = HostPace(concurrency=3, per_host_rate=NO_LIMIT)
    running = most = 0

    async def one(number: int) -> None:
        nonlocal running, most
        async with pace.turn(f"host{number}.test", patience=60):
            running += 1
            most = max(most, running)
            for _ in range(10):
                await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(one(number) for number in range(12)))
    assert most == 3


async def test_transfers_that_take_long_make_room_for_others() -> None:
    pace = HostPace(concurrency=2, per_host_rate=NO_LIMIT, slow_after=0.05)
    async with AsyncExitStack() as held:
        for number in range(2):
            await held.enter_async_context(pace.turn(f"drip{number}.test", patience=60))
        async with asyncio.timeout(SOON):
            await starts(pace, "quick.test", 10)
    async with asyncio.timeout(SOON):
        await starts(pace, "quick.test", 10)


async def test_one_who_gives_up_waiting_leaves_nothing_locked() -> None:
    pace = HostPace(concurrency=1, per_host_connections=1, per_host_rate=NO_LIMIT)
    async with pace.turn("a.test", patience=60):
        for host in ("a.test", "b.test"):
            waiting = asyncio.create_task(starts(pace, host, 1))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(SOON):
        assert len(await starts(pace, "a.test", 3)) == 3


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("good.test", "good.test"),
        ("a.b.good.test", "good.test"),
        ("live.staticflickr.com", "staticflickr.com"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("bbc.co.uk", "bbc.co.uk"),
        ("images.example.com.au", "example.com.au"),
        ("a.b.de", "b.de"),
        ("a.good.test.", "good.test"),
        ("127.0.0.1", "127.0.0.1"),
        ("2606:4700::1", "2606:4700::1"),
    ],
)
def test_the_registrable_part_of_a_host(host: str, name: str) -> None:
    assert registrable(host) == name


def test_a_host_is_dead_after_so_many_failures_in_a_row() -> None:
    dead = DeadHosts(limit=2)
    dead.failed("a.test")
    assert not dead.is_dead("a.test")
    dead.failed("a.test")
    assert dead.is_dead("a.test")
    assert not dead.is_dead("b.test")
    dead.lives("a.test")
    assert not dead.is_dead("a.test")


def test_a_dead_host_is_tried_again_after_its_rest() -> None:
    dead = DeadHosts(limit=1, rest=0.0)
    dead.failed("a.test")
    assert not dead.is_dead("a.test")


FILE = """
User-agent: *
Disallow: /all
Disallow: /all/longer # because
User-agent: otherbot
Disallow: /all/longer/still
User-agent: pixcrawler
User-agent: friend
Disallow: /ours
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/all/longer/still", "robots.txt line 4: Disallow: /all/longer"),
        ("/all", "robots.txt line 3: Disallow: /all"),
        ("/ours/x", "robots.txt line 9: Disallow: /ours"),
        ("/free", "robots.txt disallows it"),
    ],
)
def test_the_line_that_forbids_is_named(path: str, line: str) -> None:
    assert naming_line(FILE, f"http://good.test{path}", "pixcrawler") == line
