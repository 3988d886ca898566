"""Real processes under the supervisor: small Python programs that live, die, or will not go."""

import asyncio
import io
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.entrypoints.cli.supervision.child import Program
from pixcrawler.entrypoints.cli.supervision.console import Console
from pixcrawler.entrypoints.cli.supervision.restarts import Restarts
from pixcrawler.entrypoints.cli.supervision.supervisor import ProcessGivenUp, Supervisor, ending
from tests.processes import until

LIVES = "import os, signal; print('pid', os.getpid(), flush=True); signal.pause()"
OBSTINATE = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LIVES}"
WITH_CHILD = f"import subprocess; subprocess.Popen(['sleep', '1000']); {LIVES}"
DIES = "raise SystemExit('no such luck')"


class Stage:
    """A supervisor of such programs, and what the terminal shows."""

    def __init__(self, *sources: str, patience: float = 20.0) -> None:
        self.terminal = io.StringIO()
        programs = [
            Program(name=f"p{number}", command=(sys.executable, "-c", source), environ=os.environ)
            for number, source in enumerate(sources)
        ]
        console = Console(self.terminal, [program.name for program in programs], coloured=False)
        self.supervisor = Supervisor(
            programs, console, restarts=lambda: Restarts(first=0.01, longest=0.02, most=3), patience=patience
        )
        self.running = asyncio.create_task(self.supervisor.run())

    @property
    def pids(self) -> list[int]:
        return [int(pid) for pid in re.findall(r"pid (\d+)", self.terminal.getvalue())]

    async def lives(self, number: int) -> None:
        await until(lambda: len(self.pids) >= number, f"{number} lives", seconds=30)

    async def ended(self) -> Unavailable | None:
        failure = await asyncio.wait_for(self.running, 30)
        assert failure is None or isinstance(failure, Unavailable)
        return failure


@pytest.fixture(autouse=True)
async def nothing_is_left() -> AsyncIterator[None]:
    before = set(psutil.Process().children(recursive=True))
    yield
    left = set(psutil.Process().children(recursive=True)) - before
    assert [process for process in left if process.status() != psutil.STATUS_ZOMBIE] == []


async def test_a_process_that_is_killed_is_started_again_and_the_others_go_on() -> None:
    stage = Stage(LIVES, LIVES)
    await stage.lives(2)
    os.kill(stage.pids[0], signal.SIGKILL)
    await stage.lives(3)
    assert psutil.pid_exists(stage.pids[1])
    assert "was killed by SIGKILL; it is started again in 0.01 s." in stage.terminal.getvalue()
    stage.supervisor.stop()
    assert await stage.ended() is None


async def test_programs_load_at_once_and_begin_when_released_also_when_started_again() -> None:
    stage = Stage(f"print('[loaded]', flush=True); input(); {LIVES}")
    await until(lambda: "[loaded]" in stage.terminal.getvalue(), "it has loaded", seconds=30)
    assert stage.pids == []
    stage.supervisor.release()
    await stage.lives(1)
    os.kill(stage.pids[0], signal.SIGKILL)
    await stage.lives(2)
    stage.supervisor.stop()
    assert await stage.ended() is None


async def test_a_process_that_dies_again_and_again_is_given_up_and_all_are_ended() -> None:
    stage = Stage(DIES, LIVES)
    failure = await stage.ended()
    assert isinstance(failure, ProcessGivenUp)
    assert str(failure) == "p0 ended by itself with exit code 1 and died 4 times in a row."
    assert stage.terminal.getvalue().count("p0 | no such luck") == 4


async def test_who_does_not_go_in_time_is_killed() -> None:
    stage = Stage(OBSTINATE, patience=0.1)
    await stage.lives(1)
    stage.supervisor.stop()
    assert await stage.ended() is None


async def test_all_can_be_ended_at_once() -> None:
    stage = Stage(OBSTINATE, OBSTINATE)
    await stage.lives(2)
    stage.supervisor.stop()
    stage.supervisor.kill()
    assert await stage.ended() is None


async def test_what_a_killed_process_had_started_ends_with_it() -> None:
    stage = Stage(WITH_CHILD)
    await stage.lives(1)
    (child,) = psutil.Process(stage.pids[0]).children()
    os.kill(stage.pids[0], signal.SIGKILL)
    await stage.lives(2)
    await until(lambda: not child.is_running(), "the child's child has ended", seconds=10)
    stage.supervisor.stop()
    await stage.ended()


async def test_a_program_that_is_missing_is_given_up_with_the_reason(tmp_path: Path) -> None:
    missing = Program(name="api", command=(str(tmp_path / "nowhere"),), environ={})
    console = Console(io.StringIO(), ["api"], coloured=False)
    supervisor = Supervisor([missing], console, restarts=lambda: Restarts(first=0.01, most=1))
    failure = await asyncio.wait_for(supervisor.run(), 30)
    assert "could not be started (No such file or directory)" in str(failure)


async def test_a_stop_before_the_first_start_ends_all_the_same() -> None:
    stage = Stage(LIVES)
    stage.supervisor.stop()
    assert await stage.ended() is None


def test_secrets_of_the_environment_are_not_shown() -> None:
    assert "hunter2" not in repr(Program(name="a", command=("b",), environ={"PASSWORD": "hunter2"}))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended by itself with exit code 0"),
        (-signal.SIGSEGV, "was killed by SIGSEGV"),
        (-63, "was killed by signal 63"),
    ],
)
def test_ends_are_told_in_words(code: int, words: str) -> None:
    assert ending(code) == words
