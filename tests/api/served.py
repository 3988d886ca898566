"""The API as users run it: processes of its own, on a port of its own."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.processes import Running, running

PATIENCE = 60.0


@dataclass(frozen=True)
class Served:
    url: str
    process: Running


@asynccontextmanager
async def serving_process(env: Mapping[str, str], cwd: Path) -> AsyncIterator[Served]:
    """It answers when the block begins; what it logged is in ``process.err``."""
    port = _free_port()
    mine = {**env, "API_HOST": "127.0.0.1", "API_PORT": str(port)}
    serve = ("-m", "pixcrawler.entrypoints.http")
    async with running(*serve, env=mine, cwd=cwd, command=sys.executable) as process:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(PATIENCE):
            while not await _answers(client):
                assert process.process.returncode is None, process.err
                await asyncio.sleep(0.05)
        yield Served(url, process)


def _free_port() -> int:
    with socket.socket() as finding:
        finding.bind(("127.0.0.1", 0))
        port: int = finding.getsockname()[1]
        return port


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health")).status_code == 200
    except httpx.TransportError:
        return False
