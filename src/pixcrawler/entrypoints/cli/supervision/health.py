"""Asking a server of ours whether it answers."""

import asyncio
import contextlib

from pixcrawler.bootstrap.address import shown

PAUSE = 0.05
PATIENCE = 2.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


def reachable(host: str) -> str:
    """Where this machine finds what listens on ``host``."""
    return ANYWHERE.get(host, host)


async def answering(host: str, port: int) -> None:
    """Return once ``GET /health`` has been answered with 200."""
    while not await answers(host, port):  # noqa: ASYNC110 -- nobody could tell us
        await asyncio.sleep(PAUSE)


async def answers(host: str, port: int) -> bool:
    """One try, of at most ``PATIENCE`` seconds."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            return b" 200 " in await _status_line(reachable(host), port)
    return False


async def _status_line(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        asked = f"GET /health HTTP/1.1\r\nHost: {shown(host, port)}\r\nConnection: close\r\n\r\n"
        writer.write(asked.encode())
        return await reader.readline()
    finally:
        writer.close()
