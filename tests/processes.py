"""Commands of ours as real processes: run to the end, or started, watched and told to stop."""

import asyncio
import contextlib
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil

from tests.leftovers import MARK

PIXCRAWLER = str(Path(sys.executable).with_name("pixcrawler"))
PATIENCE = 120.0
"""Seconds for one command; the machine may be busy with other tests."""


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on stdout."""
        return msgspec.json.decode(self.out)

    @property
    def sentences(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.strip()]


class Running:
    """One command, in a process group of its own as in a terminal. What it says on stderr is collected."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.err = ""
        self._heard = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        assert process.stdout
        self._out = asyncio.create_task(process.stdout.read())

    @property
    def pid(self) -> int:
        return self.process.pid

    async def _read(self) -> None:
        assert self.process.stderr
        while line := await self.process.stderr.readline():
            self.err += line.decode()
            self._heard.set()

    async def says(self, words: str, *, seconds: float = PATIENCE) -> None:
        """Wait until these words stood on stderr."""
        async with asyncio.timeout(seconds):
            while words not in self.err:
                assert not self._reading.done(), f"it ended without “{words}”: {self.err}"
                self._heard.clear()
                waiting = asyncio.create_task(self._heard.wait())
                await asyncio.wait({waiting, self._reading}, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()

    def send(self, sign: signal.Signals) -> None:
        """As a terminal does: to the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, sign)

    async def end(self, *, seconds: float = PATIENCE) -> Finished:
        code = await asyncio.wait_for(self.process.wait(), seconds)
        await self._reading
        return Finished(code, (await self._out).decode(), self.err)


@asynccontextmanager
async def running(
    *arguments: str | Path, env: Mapping[str, str], cwd: Path, command: str = PIXCRAWLER
) -> AsyncIterator[Running]:
    """Start it; what still runs at the end of the block is killed."""
    process = await asyncio.create_subprocess_exec(
        command,
        *map(str, arguments),
        env=dict(env),
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=2**22,
    )
    started = Running(process)
    try:
        yield started
    finally:
        if process.returncode is None:
            started.send(signal.SIGKILL)
            await started.end()


async def finished(
    *arguments: str | Path,
    env: Mapping[str, str],
    cwd: Path,
    seconds: float = PATIENCE,
    command: str = PIXCRAWLER,
) -> Finished:
    """Run `pixcrawler` with these arguments to its end."""
    async with running(*arguments, env=env, cwd=cwd, command=command) as started:
        return await started.end(seconds=seconds)


async def until(condition: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.02)


def marked() -> str:
    """A mark for the processes of one test, to be set as ``MARK`` in their environment."""
    return uuid.uuid4().hex


def bearers(mark: str, home: Path) -> list[str]:
    """What runs with this mark, or works in this folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            command = " ".join(process.cmdline())
            marked = process.environ().get(MARK) == mark
            if process.pid != os.getpid() and (marked or str(home) in command):
                found.append(f"{process.pid} {command or process.name()}")
    return found
