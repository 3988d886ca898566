"""Bodies, and a look at the processes of an inspector."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.fakes.bodies import Bodies, TempBody

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts" / "hostile-pictures.sh"
ZYGOTE = "pixcrawler.adapters.imaging.zygote"


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Bodies]:
    made = Bodies(tmp_path)
    yield made
    made.close()


@pytest.fixture
def body(bodies: Bodies) -> Callable[[bytes], TempBody]:
    """A body with these bytes in it."""

    def make(data: bytes) -> TempBody:
        one = bodies()
        one.write(data)
        return one

    return make


def family(parent: int | None = None) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """The zygotes of a process, and the children of these."""
    processes = psutil.Process(parent or os.getpid()).children(recursive=True)
    ours = [process for process in processes if _is_ours(process)]
    pids = {process.pid for process in ours}
    children = [process for process in ours if process.ppid() in pids]
    return [process for process in ours if process not in children], children


def _is_ours(process: psutil.Process) -> bool:
    try:
        return ZYGOTE in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def until(condition: Callable[[], object], *, within: float = 20.0) -> None:
    """Wait for it to become true."""
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs any more."""
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@pytest.fixture(scope="session")
def hostile() -> list[Path]:
    """Pillow's own test images, a thousand. Skips, and says so in the summary, without a package index."""
    done = subprocess.run(
        [SCRIPT, ROOT / ".cache" / "hostile-pictures"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        env={"PYTHON": sys.executable, **dict(psutil.Process().environ())},
    )
    if done.returncode:
        pytest.skip(f"NOT RUN: Pillow's test images could not be fetched: {done.stderr.strip()[-300:]}")
    return sorted(path for path in Path(done.stdout.strip()).rglob("*") if path.is_file())
