"""Redis that answers what nobody foresaw: whoever waits is told, and the limiter heals."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.application.ports.limiter import LimiterAway, Quota

ONE = Quota(name="one", who="me", most=5, seconds=60)


class Nonsense:
    """Speaks Redis' protocol, and answers every script with an empty list, when ``gate`` is open."""

    def __init__(self) -> None:
        self.asked, self.gate = asyncio.Event(), asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readline():
                words = []
                for _ in range(int(head[1:])):
                    size = int((await reader.readline())[1:])
                    words.append((await reader.readexactly(size + 2))[:-2])
                if words[0] == b"EVALSHA":
                    self.asked.set()
                    await self.gate.wait()
                writer.write(b"*0\r\n" if words[0] == b"EVALSHA" else b"+OK\r\n")
        finally:
            writer.close()


@pytest.fixture
def nonsense() -> Nonsense:
    return Nonsense()


@pytest.fixture
async def limiter(nonsense: Nonsense) -> AsyncIterator[RedisLimiter]:
    server = await asyncio.start_server(nonsense.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    limiter = RedisLimiter(f"redis://127.0.0.1:{port}", prefix="x")
    yield limiter
    nonsense.gate.set()
    await limiter.aclose()
    server.close()


async def test_who_waits_behind_an_answer_that_cannot_be_read_is_told(
    nonsense: Nonsense, limiter: RedisLimiter
) -> None:
    first = asyncio.ensure_future(limiter.take([ONE]))
    await nonsense.asked.wait()
    second = asyncio.ensure_future(limiter.take([ONE]))
    await asyncio.sleep(0)
    nonsense.gate.set()
    async with asyncio.timeout(10):
        for one in (first, second):
            with pytest.raises(LimiterAway):
                await one


async def test_who_waits_when_it_is_closed_is_told(nonsense: Nonsense, limiter: RedisLimiter) -> None:
    first = asyncio.ensure_future(limiter.take([ONE]))
    await nonsense.asked.wait()
    second = asyncio.ensure_future(limiter.take([ONE]))
    await asyncio.sleep(0)
    await limiter.aclose()
    async with asyncio.timeout(10):
        for one in (first, second):
            with pytest.raises(LimiterAway):
                await one
