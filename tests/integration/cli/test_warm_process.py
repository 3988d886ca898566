"""A process that waits to become another program, seen from the program that forked it and from outside."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.processes import PATIENCE, running, until

ROOT = Path(__file__).parents[3]
GUEST = "tests.integration.cli.warm_guest"
HOST = "tests.integration.cli.warm_host"


class Host:
    """The program that has the warm process. ``mine`` is a file that it holds open."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self.mine = folder / "mine"
        self.log = folder / "guest.log"
        self.warm = 0

    async def hears(self) -> Any:
        assert self.process.stdout
        return json.loads(await asyncio.wait_for(self.process.stdout.readline(), PATIENCE))

    async def __call__(self, act: str, *arguments: Any) -> Any:
        assert self.process.stdin
        self.process.stdin.write(json.dumps([act, *arguments]).encode() + b"\n")
        return await self.hears()

    async def becomes(self, *arguments: str, **environ: str) -> bool:
        told: bool = await self("become", GUEST, arguments, environ, str(self.log))
        return told

    async def seen(self) -> Any:
        """What the guest saw, once it has said so."""
        await until(lambda: "a word on stderr" in self.log_text, "the guest speaks")
        return json.loads(self.log_text.splitlines()[0])

    @property
    def log_text(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    async def end(self) -> str:
        """Everything that it, or a warm process, said on stderr."""
        assert self.process.stdin
        assert self.process.stderr
        self.process.stdin.close()
        told = await asyncio.wait_for(self.process.stderr.read(), PATIENCE)
        await self.process.wait()
        return told.decode()


@asynccontextmanager
async def hosted(folder: Path) -> AsyncIterator[Host]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", HOST, str(folder / "mine"), cwd=ROOT, start_new_session=True,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    host = Host(process, folder)
    host.warm = await host.hears()
    try:
        yield host
    finally:
        for pid in (process.pid, host.warm):
            if psutil.pid_exists(pid):
                os.kill(pid, signal.SIGKILL)
        await process.communicate()


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    async with hosted(tmp_path) as host:
        yield host


async def gone(pid: int) -> None:
    def is_gone() -> bool:
        try:
            return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return True

    await until(is_gone, f"{pid} ends", seconds=20)


@pytest.mark.parametrize("code", [0, 3])
async def test_it_becomes_a_program_and_gives_its_exit_code(host: Host, code: int) -> None:
    assert await host.becomes(str(code), "--and", "more")
    assert await host("wait", PATIENCE) == code
    assert await host("poll") == code
    assert (await host.seen())["arguments"] == [str(code), "--and", "more"]


async def test_an_error_of_the_program_is_told_in_the_log(host: Host) -> None:
    assert await host.becomes("raise")
    assert await host("wait", PATIENCE) == 1
    assert "ValueError: raise" in host.log_text
    assert await host.end() == ""


async def test_its_environment_is_the_given_one_and_nothing_else(host: Host) -> None:
    await host.becomes("0", ONLY="this", ÜMLAUT="ä\udcff")
    assert (await host.seen())["environ"] == {"ONLY": "this", "ÜMLAUT": "ä\udcff"}


async def test_an_environment_larger_than_a_pipe_arrives_whole(host: Host) -> None:
    await host.becomes("0", LARGE="x" * 200_000)
    assert len((await host.seen())["environ"]["LARGE"]) == 200_000


async def test_it_reads_nothing_of_its_parents_and_writes_to_the_end_of_the_log_only(host: Host) -> None:
    host.log.write_text("earlier\n")
    await host.becomes("0")
    assert await host("wait", PATIENCE) == 0
    first, told, *rest = host.log_text.splitlines()
    assert (first, rest) == ("earlier", ["a word on stderr"])
    assert json.loads(told)["stdin"] == ""
    assert await host.end() == ""


async def test_it_keeps_nothing_open_that_is_its_parents(host: Host) -> None:
    await host.becomes("wait")
    seen = await host.seen()
    assert str(host.mine) not in seen["open"]
    log = str(host.log)
    assert [path for path in seen["open"] if not path.startswith("/proc/")] == ["/dev/null", log, log]


async def test_it_ends_when_its_parent_is_killed_before_it_was_told_anything(host: Host) -> None:
    host.process.kill()
    await gone(host.warm)


async def test_an_order_that_breaks_off_is_no_order(host: Host) -> None:
    await host("tell half")
    assert await host.end() == ""
    await gone(host.warm)


async def test_it_ends_when_it_is_let_go_of_and_leaves_no_zombie(host: Host) -> None:
    await host("close")
    assert not psutil.pid_exists(host.warm)
    await host("close")
    assert await host("poll") is not None


async def test_what_it_became_is_not_ended_by_letting_go(host: Host) -> None:
    await host.becomes("wait")
    await host.seen()
    await host("close")
    assert await host("poll") is None


async def test_one_that_is_gone_becomes_nothing(host: Host) -> None:
    os.kill(host.warm, signal.SIGKILL)
    await gone(host.warm)
    assert not await host.becomes("0")
    assert not psutil.pid_exists(host.warm)
    assert await host("poll") == -signal.SIGKILL


@pytest.mark.parametrize(("act", "sign"), [("terminate", signal.SIGTERM), ("kill", signal.SIGKILL)])
async def test_it_is_waited_for_and_ended_like_any_process(
    host: Host, act: str, sign: signal.Signals
) -> None:
    await host.becomes("wait")
    await host.seen()
    assert await host("poll") is None
    assert await host("wait", 0.05) == "too long"
    await host(act)
    assert await host("wait", PATIENCE) == -sign
    await host(act)
    assert await host("poll") == -sign


async def test_ctrl_c_in_the_terminal_reaches_only_the_parent(host: Host) -> None:
    await host.becomes("wait")
    assert (await host.seen())["session"] == host.warm
    os.killpg(host.process.pid, signal.SIGINT)
    assert await host.end() == ""
    assert psutil.Process(host.warm).is_running()


async def test_ctrl_c_at_any_moment_of_its_birth_is_not_for_it() -> None:
    async with running(
        "-m", HOST, "--storm", "100", env=os.environ, cwd=ROOT, command=sys.executable
    ) as storm:
        await storm.says("ready")
        while storm.process.returncode is None:
            storm.send(signal.SIGINT)
            await asyncio.sleep(0.001)
        done = await storm.end()
    assert (done.code, done.err) == (0, "ready\n")
