"""What only a real server can show: bodies that come in pieces or not at all, and a clean end."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.settings import load_settings
from tests.processes import Running, running

SERVE = ("-m", "pixcrawler.entrypoints.http")
PREVIEW = b"POST /api/v1/sources/preview HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    def __init__(self, port: int, process: Running, key: str) -> None:
        self.port = port
        self.process = process
        self.key = key

    async def answers(self, *pieces: bytes) -> bytes:
        """The status line of what comes back, after these bytes were sent as they are."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece.replace(b"KEY", self.key.encode()))
                await writer.drain()
            async with asyncio.timeout(30):
                return await reader.readline()
        finally:
            writer.close()


@pytest.fixture
async def server(variables: dict[str, str], tmp_path: Path) -> AsyncIterator[Server]:
    mine = {**variables, "API_PORT": str(free_port()), "API_REQUEST_TIMEOUT": "1", "API_MAX_BODY": "4096"}
    async with open_app(load_settings(mine)) as app:
        key = (await app.identity.make_superuser("ann")).key
    env = {**os.environ, **mine}
    async with running(*SERVE, env=env, cwd=tmp_path, command=sys.executable) as process:
        port = int(mine["API_PORT"])
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while True:
                try:
                    assert (await client.get(f"http://127.0.0.1:{port}/health")).status_code == 200
                    break
                except httpx.TransportError:
                    assert process.process.returncode is None, process.err
                    await asyncio.sleep(0.05)
        yield Server(port, process, key)


async def test_bodies_are_bounded_in_bytes_and_in_time_and_the_end_is_clean(server: Server) -> None:
    known = PREVIEW + b"Authorization: Bearer KEY\r\n"
    chunked = known + b"Transfer-Encoding: chunked\r\n\r\n"
    pieces = [b"400\r\n" + b" " * 0x400 + b"\r\n"] * 5
    assert b" 413 " in await server.answers(chunked, *pieces, b"0\r\n\r\n")
    assert b" 413 " in await server.answers(known + b"Content-Length: 4097\r\n\r\n" + b" " * 4097)
    assert b" 503 " in await server.answers(known + b"Content-Length: 100\r\n\r\n{")
    assert b" 401 " in await server.answers(PREVIEW + b"Content-Length: 100\r\n\r\n{")
    head = b"GET /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
    assert b" 401 " in await server.answers(head + b"x" * 2**14 + b"\r\n\r\n")
    with suppress(ConnectionError):  # when it hangs up while we still send, what it said may be lost
        assert b" 431 " in await server.answers(head + b"x" * 2**20 + b"\r\n\r\n")
    assert b" 200 " in await server.answers(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    server.process.send(signal.SIGTERM)
    assert (await server.process.end(seconds=30)).code == 0
    assert server.key not in server.process.err
