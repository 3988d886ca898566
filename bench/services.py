"""Our own servers, up and migrated before the clock starts.

python -m bench.services HOME     # holds those of one home until its standard input is closed
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.adapters.embedded.state import Desk

PIXCRAWLER = Path(sys.executable).with_name("pixcrawler")
OURS = (
    "API_",
    "DATABASE_",
    "REDIS_",
    "CACHE_",
    "LIMITER_",
    "FETCH_",
    "SOURCE_",
    "WORKER_",
    "QUEUE_",
    "STORAGE_",
    "INSPECT_",
    "PIXCRAWLER_",
)


class Services(msgspec.Struct, frozen=True):
    """Servers that are up. ``keeper`` is the process above them; ``start`` is how many seconds they took."""

    home: Path
    keeper: int
    start: float


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a user has who has set nothing but his home."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return rest | {"PIXCRAWLER_HOME": str(home)} | more


@contextmanager
def services(home: Path) -> Iterator[Services]:
    """Postgres and Valkey of a new home, from nothing to migrated, held up until the block is left."""
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bench.services", home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        if holder.stdout.readline() != "ready\n":
            raise SystemExit("bench: the embedded servers did not start; their words are above")
        subprocess.run([PIXCRAWLER, "migrate"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        yield Services(home, Desk(home).read().keeper, time.monotonic() - began)


async def _hold(home: Path) -> None:
    async with embedded_servers(home):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_hold(Path(sys.argv[1])))
