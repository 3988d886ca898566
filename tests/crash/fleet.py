"""Worker processes of the platform, as real as in production, to be killed, stopped and replaced."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.processes import until

WORKER = "pixcrawler.entrypoints.worker"
TRICKED = "tests.crash.tricked_worker"
ROOT = Path(__file__).parents[2]


class Worker:
    """One process; its log is JSON lines."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def send(self, sign: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(sign)

    async def ended(self, *, seconds: float = 60) -> int:
        await until(lambda: not self.alive, f"{self.log.name} ends", seconds=seconds)
        assert self.process.returncode is not None
        return self.process.returncode

    async def starts(self) -> None:
        await until(lambda: "worker_started" in self.said, f"{self.log.name} starts")


class Fleet:
    """Starts workers that may export to ``out``, and knows their children."""

    def __init__(self, environ: Mapping[str, str], out: Path, logs: Path) -> None:
        self._environ = {**environ, "PIXCRAWLER_LOG_LEVEL": "debug", "PIXCRAWLER_LOG_FORMAT": "json"}
        self._out = out
        self._logs = logs
        self.workers: list[Worker] = []

    @property
    def living(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.alive]

    def start(self, *tricks: str, **more: str) -> Worker:
        """With ``tricks``, the program that plays tricks on itself; ``more`` are environment variables."""
        log = self._logs / f"worker-{len(self.workers)}.log"
        module = TRICKED if tricks else WORKER
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", module, "--out", str(self._out), *tricks],
                env={**self._environ, **more, "PYTHONPATH": _search_path()},
                cwd=self._logs,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        self.workers.append(Worker(process, log))
        return self.workers[-1]

    async def kill(self, worker: Worker) -> None:
        """kill -9; its own children must not outlive it for long."""
        children = psutil.Process(worker.process.pid).children(recursive=True) if worker.alive else []
        worker.send(signal.SIGKILL)
        await asyncio.to_thread(worker.process.wait)
        await until(lambda: not any(map(_runs, children)), "a killed worker's children end", seconds=20)

    async def stop(self) -> None:
        """SIGTERM to all that is left: each ends cleanly in 30 s."""
        left = self.living
        for worker in left:
            await worker.starts()
            worker.send(signal.SIGTERM)
        for worker in left:
            assert await worker.ended(seconds=30) == 0, worker.said[-2000:]


def _search_path() -> str:
    """The tests, and whatever else this process was told to look at."""
    return os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


@asynccontextmanager
async def fleet(environ: Mapping[str, str], out: Path, logs: Path) -> AsyncIterator[Fleet]:
    """What still lives after the block, as after a failed test, is killed."""
    logs.mkdir(parents=True, exist_ok=True)
    own = Fleet({**os.environ, **environ}, out, logs)
    try:
        yield own
        await own.stop()
    finally:
        for worker in own.living:
            worker.send(signal.SIGCONT)
            worker.process.kill()
            worker.process.wait()
