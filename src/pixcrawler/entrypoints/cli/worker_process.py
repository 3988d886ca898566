"""The worker that a command starts for its own lane, and keeps alive."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.entrypoints.cli.warm_process import WarmProcess

WORKER = "pixcrawler.entrypoints.worker"
MOST_DEATHS = 20
"""A worker that is killed again and again is given up; its tasks would be given up before."""


class WorkerGone(Unavailable):
    code = "WORKER_GONE"


class LogNotWritable(Unavailable):
    code = "LOG_NOT_WRITABLE"


class WorkerProcess:
    """A child in a session of its own, so that Ctrl-C reaches it only through us; it dies with us."""

    def __init__(
        self, lane: str, out: Path, environ: Mapping[str, str], log: Path, warm: WarmProcess | None
    ) -> None:
        self._warm = warm
        self._lane = lane
        self._arguments = ["--lane", lane, "--out", str(out), "--with-parent", str(os.getpid())]
        self._environ = {**os.environ, **environ}
        self._environ.setdefault("PIXCRAWLER_LOG_FORMAT", "json")
        self._log = log
        self._process: subprocess.Popen[bytes] | WarmProcess | None = None
        self.deaths = 0

    def start(self) -> None:
        """Raises LogNotWritable."""
        self._make_log()
        warm, self._warm = self._warm, None
        if warm is not None and warm.become(WORKER, self._arguments, self._environ, self._log):
            self._process = warm
            return
        command = [sys.executable, "-m", WORKER, *self._arguments]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def _make_log(self) -> None:
        """Here, where its failure can be told: the worker has nobody to tell."""
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._log.touch()
        except OSError as error:
            raise LogNotWritable(
                f"The worker's log goes to {self._log.parent}, which cannot be used ({error.strerror}): "
                "set PIXCRAWLER_HOME to a folder of yours."
            ) from error

    async def revive(self, tasks: TaskQueue) -> bool:
        """Start it again when it is gone, and free what it held. True when that was needed.

        Raises WorkerGone when it ends by itself, or dies over and over.
        """
        if self._process is None or self._process.poll() is None:
            return False
        self.deaths += 1
        code = self._process.returncode
        if code is None or code >= 0 or self.deaths > MOST_DEATHS:
            raise WorkerGone(f"The worker ended by itself ({self._last_words()}); its log is {self._log}.")
        await self.take_over(tasks)
        return True

    async def take_over(self, tasks: TaskQueue) -> None:
        """Free what a worker that is gone held in our lane, then start one: never the other way round, or
        the new one's own tasks would be taken from it."""
        await tasks.take_over(self._lane)
        self.start()

    async def stop(self, patience: float) -> None:
        """Tell it, once: a second signal would end it in the middle. Wait; kill it when it takes too long."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, patience)
        self.kill()

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            if lines:
                return lines[-1][:300].rstrip(".")
        return "it said nothing"


@asynccontextmanager
async def worker_process(
    lane: str, out: Path, environ: Mapping[str, str], log: Path, warm: WarmProcess | None = None
) -> AsyncIterator[WorkerProcess]:
    """Not started yet; a ``warm`` process becomes the first one. Who is done with it stops it; on the way
    out it is killed if it is still there."""
    worker = WorkerProcess(lane, out, environ, log, warm)
    try:
        yield worker
    finally:
        worker.kill()
