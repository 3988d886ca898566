"""A body of 400 MB, however it is sent, costs a worker 64 MB at most."""

import asyncio
import gzip
import os
import sys
from collections.abc import Callable
from functools import cache

import pytest

from tests.integration.fetching.site import Answer, Site, answer

MEGABYTE = 1_000_000


@cache
def bomb() -> bytes:
    """Built when a test needs it: collecting would pay for it each time."""
    return gzip.compress(b"\0" * (400 * MEGABYTE), compresslevel=9, mtime=0)


async def chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(400):
        writer.write(b"f4240\r\n" + b"x" * MEGABYTE + b"\r\n")
        await writer.drain()


ROWS: list[tuple[str, str, Callable[[], Answer]]] = [
    ("a bomb that says so", "file", lambda: answer(200, bomb(), "Content-Encoding: gzip")),
    ("a bomb that does not say so", "file", lambda: answer(200, bomb())),
    ("chunks", "file", lambda: chunks),
    ("rules that are a bomb", "rules", lambda: answer(200, bomb(), "Content-Encoding: gzip")),
    ("rules in chunks", "rules", lambda: chunks),
]


@pytest.mark.long
@pytest.mark.parametrize(("what", "kind", "says"), ROWS, ids=[row[0] for row in ROWS])
async def test_a_body_of_400_megabytes_costs_little_memory(
    what: str, kind: str, says: Callable[[], Answer], site: Site
) -> None:
    site.says("/robots.txt" if kind == "rules" else "/x.jpg", says())
    url = f"{site.url}/x.jpg"
    module = "tests.integration.fetching.memory_of_a_fetch"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, url, kind, stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    async with asyncio.timeout(120):
        said, _ = await process.communicate()
    grown = int(said.split()[0])
    print(f"{what}: {grown / MEGABYTE:.1f} MB, {said.decode().split()[1:]}")
    assert grown <= 64 * MEGABYTE
