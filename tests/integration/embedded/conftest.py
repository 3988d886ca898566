"""A home of each test's own, and clients of it as real processes."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

import pixcrawler
from pixcrawler.adapters.embedded.process import holders
from pixcrawler.adapters.embedded.state import NAMES, Desk

T = TypeVar("T")
SCRIPT = Path(__file__).with_name("client_process.py")


class Client:
    """One client process. It leads a process group of its own, as a command in a terminal does."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def answer(self) -> dict[str, str]:
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), 60)
        answer: dict[str, str] = json.loads(line)
        return answer

    async def end(self) -> None:
        """Let it leave as it wants to."""
        assert self.process.stdin
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), 30)

    async def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(self.process.pid, sign)
        await asyncio.wait_for(self.process.wait(), 30)


class Clients:
    """Starts client processes; what is left of them at the test's end is killed."""

    def __init__(self) -> None:
        self.started: list[Client] = []

    async def start(
        self, home: Path, *options: str, python: str = sys.executable, user: int | None = None
    ) -> Client:
        process = await asyncio.create_subprocess_exec(
            *(python, str(SCRIPT), str(home), *options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": search_path()},
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        self.started.append(Client(process))
        return self.started[-1]


def search_path() -> str:
    """For another interpreter than this one: our sources and what is installed beside us."""
    assert pixcrawler.__file__
    return os.pathsep.join([str(Path(pixcrawler.__file__).parents[1]), str(Path(psutil.__file__).parents[1])])


class Home:
    """What can be seen of one home's servers from outside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.desk = Desk(path)

    @property
    def data(self) -> Path:
        return Path(self.desk.read().data)

    def keepers(self) -> list[int]:
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            command = process.info["cmdline"] or []
            if "pixcrawler.adapters.embedded.keeper" in command and str(self.path) in command:
                found.append(process.pid)
        return found

    def servers(self) -> set[int]:
        """Every process that belongs to a server of this home, or to its preparation."""
        state = self.desk.read()
        return {pid for name in NAMES for pid in holders(Path(state.data) / f"{name}.running")}

    def is_silent(self) -> bool:
        return not self.keepers() and not self.servers() and not any(map(is_open, self.ports()))

    def ports(self) -> list[int]:
        state = self.desk.read()
        return [port for port in (state.postgres.port, state.redis.port) if port]


def is_open(port: int) -> bool:
    return bool(listeners(port))


def listeners(port: int) -> set[str]:
    """The addresses on which somebody listens to this port."""
    listening = (each.laddr for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return {address.ip for address in listening if address and address.port == port}


async def until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for it; fail when it does not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{condition} did not come about in {seconds} s"
        await asyncio.sleep(0.01)


async def until_it_works(act: Callable[[], Awaitable[T]], *, seconds: float = 20) -> T:
    """Repeat what fails while a server is away."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await act()
        except Exception:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    found = Home(tmp_path / "home")
    yield found
    for pid in found.keepers():  # only after a test that failed
        os.kill(pid, signal.SIGTERM)
    if found.desk.read().data:
        shutil.rmtree(found.data, ignore_errors=True)


@pytest.fixture
async def clients() -> AsyncIterator[Clients]:
    own = Clients()
    yield own
    for client in own.started:
        if client.process.returncode is None:
            await client.kill()
