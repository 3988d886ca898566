"""Clients that mean harm, or are broken, before a real server."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.served import Served, serving_process

pytestmark = pytest.mark.long

HOST = b"Host: localhost\r\n"
GET = b"GET /health HTTP/1.1\r\n" + HOST
PATIENCE = 60.0


@pytest.fixture
async def served(variables: dict[str, str], tmp_path: Path) -> AsyncIterator[Served]:
    env = {**os.environ, **variables, "API_REQUEST_TIMEOUT": "1"}
    async with serving_process(env, tmp_path) as one:
        yield one


def port(served: Served) -> int:
    return int(served.url.rpartition(":")[2])


async def answer(served: Served, request: bytes) -> bytes:
    """All that comes back until the server is done or silent; empty when it just hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port(served))
    try:
        writer.write(request)
        async with asyncio.timeout(PATIENCE):
            head = await reader.readline()
            return head + await reader.read(65_536)
    finally:
        writer.close()


async def status(served: Served, request: bytes) -> int:
    line = (await answer(served, request)).split(b"\r\n")[0]
    return int(line.split()[1])


async def test_requests_that_are_none_are_refused(served: Served) -> None:
    for method in (b"TRACE", b"FOO", b"CONNECT", b"get", b"PROPFIND"):
        told = await answer(served, method + b" /api/v1/jobs HTTP/1.1\r\n" + HOST + b"\r\n")
        assert told.startswith(b"HTTP/1.1 405 "), method
        assert b"\r\nallow: " in told
        assert b'"error_code":"METHOD_NOT_ALLOWED"' in told
    assert await status(served, b"\x16\x03\x01\x02\x00\x01\r\n\r\n") == 400
    assert await status(served, b"POST /health HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n") == 400
    assert await status(served, b"GET /health HTTP/1.1\r\n\r\n") == 400
    assert await status(served, GET + b"Host: evil.example\r\n\r\n") == 400


async def test_heads_are_bounded_in_number_and_size(served: Served) -> None:
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(101))
    assert await status(served, GET + many + b"\r\n") == 431
    assert await status(served, GET + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n") == 431
    assert await status(served, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n") in (414, 431)
    assert await status(served, GET + b"X-A: " + b"a" * 8_000 + b"\r\n\r\n") == 200


async def test_slow_bodies_end_with_the_time_limit_and_slow_heads_with_the_servers(served: Served) -> None:
    """Slowloris: nobody else waits meanwhile."""
    heads = [asyncio.create_task(answer(served, GET[:-4])) for _ in range(200)]
    login = b"POST /api/v1/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
    bodies = [asyncio.create_task(status(served, login + b"Content-Length: 100\r\n\r\n{")) for _ in range(20)]
    assert await status(served, GET + b"\r\n") == 200
    assert set(await asyncio.gather(*bodies)) <= {503}
    assert await status(served, GET + b"\r\n") == 200
    assert set(await asyncio.gather(*heads)) == {b""}
