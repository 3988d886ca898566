"""The servers that are compared, each with the same number of processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec

from bench.environments import made
from bench.ports import free_port, wait_until_open
from bench.services import environment
from pixcrawler.adapters.embedded.state import Desk
from pixcrawler.adapters.postgres.image_sql import listing
from pixcrawler.application.ports.images import ImageFilter

ROOT = Path(__file__).parents[1]
UNREACHED = {
    f"LIMITER_{name}": "10000000"
    for name in ("USER_PER_MINUTE", "WRITES_PER_MINUTE", "COSTLY_PER_MINUTE", "KEY_PER_HOUR")
}
"""Requests are counted, and never too many."""
REQUIREMENTS = Path(__file__).with_name("api_peer.txt")


class Server(msgspec.Struct, frozen=True):
    """One that answers. ``pid`` is the first of its processes."""

    name: str
    port: int
    pid: int


def database_of(home: Path) -> str:
    return Desk(home).read().postgres.url


@contextmanager
def ours(home: Path, *, workers: int, pool: int) -> Iterator[Server]:
    """The whole API with its defaults, but for the log: no line per request, as on the other side; and limits
    that one user with 32 connections does not reach."""
    port = free_port()
    variables = environment(
        home,
        API_PORT=str(port),
        API_WORKERS=str(workers),
        DATABASE_POOL_SIZE=str(pool),
        DATABASE_MAX_OVERFLOW="0",
        PIXCRAWLER_LOG_LEVEL="warning",
        **UNREACHED,
    )
    words = [sys.executable, "-m", "pixcrawler.entrypoints.http"]
    with _running("pixcrawler", words, variables, port, home) as server:
        yield server


@contextmanager
def fastapi(home: Path, *, workers: int, pool: int, cache: Path) -> Iterator[Server]:
    """The peer, under uvicorn with uvloop and httptools."""
    port = free_port()
    variables = os.environ | {
        "PEER_DATABASE_URL": database_of(home),
        "PEER_POOL_SIZE": str(pool),
        "PEER_IMAGES_SQL": str(listing(ImageFilter())),
    }
    words = [
        *(str(made(REQUIREMENTS, cache) / "bin" / "python"), "-m", "uvicorn", "bench.api_peer:app"),
        *("--port", str(port), "--workers", str(workers)),
        *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
    ]
    with _running("fastapi", words, variables, port, home) as server:
        yield server


@contextmanager
def bare(home: Path, *, workers: int) -> Iterator[Server]:
    """One route on Litestar and Granian, nothing else."""
    port = free_port()
    words = [
        *(sys.executable, "-m", "granian", "bench.api_bare:app", "--interface", "asgi", "--port", str(port)),
        *("--workers", str(workers), "--no-ws", "--no-access-log", "--log-level", "warning"),
    ]
    with _running("bare", words, os.environ, port, home) as server:
        yield server


@contextmanager
def _running(
    name: str, words: list[str], variables: Mapping[str, str], port: int, home: Path
) -> Iterator[Server]:
    log = home / f"{name}.log"
    with log.open("wb") as told:
        process = subprocess.Popen(words, env=variables, cwd=ROOT, stdout=told, stderr=told)
        try:
            wait_until_open(port, process, log, seconds=60)
            yield Server(name, port, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def answer(server: Server, path: str, *, key: str, body: str = "") -> Any:  # noqa: ANN401 -- any JSON
    """What a GET brings, or a POST where there is a body, decoded."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = Request(f"http://127.0.0.1:{server.port}{path}", data=body.encode() or None, headers=headers)
    with urlopen(asked, timeout=10) as told:
        return json.load(told)
