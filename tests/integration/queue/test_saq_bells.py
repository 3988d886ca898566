"""Bells over a real Valkey."""

import asyncio
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from pixcrawler.adapters.embedded.wheels import valkey_program
from pixcrawler.adapters.queue.saq_bells import SaqBells

PATIENCE = 30.0


@pytest.fixture
async def bells(redis_url: str, redis_prefix: str) -> AsyncIterator[SaqBells]:
    bells = SaqBells(redis_url, prefix=redis_prefix)
    yield bells
    await bells.close()


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await true():
            await asyncio.sleep(0.02)


async def outstanding(bells: SaqBells, lane: str) -> int:
    return int(await bells._queue(lane).count("queued"))


async def test_a_bell_rings_where_somebody_listens(bells: SaqBells) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with bells.hear("lane", heard.put_nowait):
        await bells.ring("lane", "crawl", wanted=1, most=4)
        assert await asyncio.wait_for(heard.get(), PATIENCE) == "crawl"
        await bells.ring("lane", "build", wanted=1, most=4)
        assert await asyncio.wait_for(heard.get(), PATIENCE) == "build"


async def test_a_bell_that_rang_before_is_heard_later(bells: SaqBells) -> None:
    await bells.ring("lane", "crawl", wanted=1, most=4)
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with bells.hear("lane", heard.put_nowait):
        assert await asyncio.wait_for(heard.get(), PATIENCE) == "crawl"


async def test_never_more_bells_are_outstanding_than_allowed(bells: SaqBells) -> None:
    for _ in range(3):
        await bells.ring("lane", "crawl", wanted=100, most=4)
    assert await outstanding(bells, "lane") == 4


async def test_no_more_bells_are_rung_than_wanted(bells: SaqBells) -> None:
    for _ in range(3):
        await bells.ring("lane", "crawl", wanted=2, most=4)
    await bells.ring("lane", "crawl", wanted=0, most=4)
    assert await outstanding(bells, "lane") == 2


async def test_lanes_are_apart(bells: SaqBells) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with bells.hear("mine", heard.put_nowait):
        await bells.ring("theirs", "crawl", wanted=1, most=4)
        await bells.ring("mine", "build", wanted=1, most=4)
        assert await asyncio.wait_for(heard.get(), PATIENCE) == "build"
    assert heard.empty()
    assert await outstanding(bells, "theirs") == 1


async def test_who_stopped_listening_hears_nothing(bells: SaqBells) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with bells.hear("lane", heard.put_nowait):
        pass
    await bells.ring("lane", "crawl", wanted=1, most=4)
    assert heard.empty()
    assert await outstanding(bells, "lane") == 1


class Server:
    """A Valkey of this test's own, that comes and goes on one port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = await asyncio.create_subprocess_exec(
            str(valkey_program()),
            *options,
            stdout=asyncio.subprocess.DEVNULL,
        )
        client = Redis.from_url(self.url)

        async def answers() -> bool:
            try:
                return bool(await client.ping())  # type: ignore[misc]
            except RedisError:
                return False

        await until(answers)
        await client.aclose()

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    await server.start()
    yield server
    await server.stop()


async def test_without_redis_ringing_is_silent_and_quick_to_give_up(server: Server) -> None:
    bells = SaqBells(server.url, prefix="test")
    await server.stop()
    for _ in range(3):
        await bells.ring("lane", "crawl", wanted=1, most=4)
    await bells.close()


async def test_bells_are_heard_again_when_redis_is_back(server: Server) -> None:
    bells = SaqBells(server.url, prefix="test")
    heard: list[str] = []
    async with bells.hear("lane", heard.append):
        await server.stop()
        await bells.ring("lane", "crawl", wanted=1, most=4)
        await server.start()

        async def rings() -> bool:
            await bells.ring("lane", "crawl", wanted=1, most=4)
            return bool(heard)

        await until(rings)
    await bells.close()


async def test_listening_may_begin_while_redis_is_away(server: Server) -> None:
    bells = SaqBells(server.url, prefix="test")
    await server.stop()
    heard: list[str] = []
    async with bells.hear("lane", heard.append):
        await server.start()

        async def rings() -> bool:
            await bells.ring("lane", "crawl", wanted=1, most=4)
            return bool(heard)

        await until(rings)
    await bells.close()
