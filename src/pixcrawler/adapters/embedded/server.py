"""One server kept up as long as it is wanted, a step at a time, so that two can start side by side."""

import contextlib
import errno
import os
import random
import signal
import socket
import subprocess
from collections.abc import Generator
from pathlib import Path
from time import monotonic
from typing import Final, Protocol

from pixcrawler.adapters.embedded.errors import ServerDidNotStart
from pixcrawler.adapters.embedded.locks import FileLock
from pixcrawler.adapters.embedded.place import Place
from pixcrawler.adapters.embedded.process import AT_ONCE, Command, Ladder, holders, spawn
from pixcrawler.adapters.embedded.state import Failure, ServerName, ServerState
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

_PAUSES: Final = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before the nth start in a row."""
_PATIENCE: Final = 120.0
"""Seconds for one step of a start; recovery after a crash may take a while."""
_LEFTOVERS: Final[Ladder] = ((3, signal.SIGQUIT), (6, signal.SIGKILL))
_PORTS: Final = range(15_000, 32_000)
"""Below the range from which systems lend ports to outgoing connections."""


class Program(Protocol):
    """What is particular to one kind of server."""

    @property
    def name(self) -> ServerName: ...

    def prepare(self) -> Generator[Command]:
        """What must run, one after the other, each with success, before the server."""
        ...

    def serve(self, port: int) -> Command: ...

    def answers(self, port: int) -> bool: ...

    def url(self, port: int) -> str: ...


class Server:
    """Absent, being prepared, starting, ready, or being stopped; ``tick`` takes it one step on."""

    def __init__(self, program: Program, place: Place, log: Path, *, port: int | None) -> None:
        self._program, self._place, self._log, self._port = program, place, log, port
        self._running = FileLock(place.data / f"{program.name}.running")  # as long as any process of it lives
        self._steps: Generator[Command] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._ladder: Ladder = AT_ONCE
        self._serving = self._ready = self._was_ready = False
        self._since = self._next_try = 0.0
        self._leftovers_since: float | None = None
        self._stopping_since: float | None = None
        self._sent = self._failures = 0
        self._url = ""
        self._failure: Failure | None = None

    @property
    def name(self) -> ServerName:
        return self._program.name

    @property
    def absent(self) -> bool:
        return self._child is None and self._steps is None and self._leftovers_since is None

    @property
    def steady(self) -> bool:
        """Nothing is going on that should be looked at again within milliseconds."""
        return self._ready or self.absent

    @property
    def state(self) -> ServerState:
        return ServerState(
            ready=self._ready,
            pid=self._child.pid if self._child and self._serving else None,
            port=self._port,
            url=self._url if self._ready else "",
            failure=self._failure,
        )

    def tick(self, *, wanted: bool) -> None:
        """Never raises and never waits for long."""
        try:
            if not wanted:
                self._wind_down()
            elif self._child is None:
                self._begin()
            else:
                self._look_at(self._child)
        except (OSError, Unavailable) as error:
            self._fail(error)

    def _begin(self) -> None:
        if self._steps is None:
            if monotonic() < self._next_try or self._has_leftovers():
                return
            self._steps = self._program.prepare()
        command = next(self._steps, None)
        self._serving = command is None
        if command is None:
            self._port = self._choose_port()
            command = self._program.serve(self._port)
        assert self._running.fd is not None
        self._ladder = command.ladder
        self._child = spawn(command, account=self._place.account, log=self._log, hand_on=self._running.fd)
        self._since, self._sent = monotonic(), 0
        if self._serving:
            self._steps = None
            self._running.release()  # from now on it is the server's alone

    def _look_at(self, child: "subprocess.Popen[bytes]") -> None:
        code = child.poll()
        if code is None:
            self._wait_for_answer()
        elif code == 0 and not self._serving:
            self._child = None
            self._begin()
        else:
            raise self._unexpected(f"ended with status {code}")

    def _wait_for_answer(self) -> None:
        if self._ready:
            if self._failures and monotonic() - self._since > 10:
                self._failures = 0
        elif self._serving and self._port and self._program.answers(self._port):
            self._ready = self._was_ready = True
            self._url = self._program.url(self._port)
            self._failure, self._since = None, monotonic()
        elif monotonic() - self._since > _PATIENCE:
            raise self._unexpected(f"did not answer within {_PATIENCE:.0f} seconds")

    def _unexpected(self, what: str) -> ServerDidNotStart:
        return ServerDidNotStart(
            f"The embedded {self._program.name} {what}; the last lines of {self._log} say why."
        )

    def _fail(self, error: OSError | Unavailable) -> None:
        self._drop_child()
        self._close_steps()
        # A lost port passes; what fails twice, or before anything ran, the user should hear of.
        lasting = self._failures > 0 or not isinstance(error, ServerDidNotStart)
        self._next_try = monotonic() + _PAUSES[min(self._failures, len(_PAUSES) - 1)]
        self._failures += 1
        if lasting:
            self._failure = explained(error)

    def _drop_child(self) -> None:
        self._ready = False
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _close_steps(self) -> None:
        if self._steps is not None:
            self._steps.close()
            self._steps = None
        self._running.release()

    def _wind_down(self) -> None:
        self._ready = False
        if self._child is not None:
            self._stopping_since = self._stopping_since or monotonic()
            if self._child.poll() is None:
                self._escalate(self._child, monotonic() - self._stopping_since)
                return
            self._child = None
        self._stopping_since = None
        self._close_steps()
        self._failure, self._failures, self._next_try = None, 0, 0.0
        if not self._has_leftovers():
            self._running.release()

    def _escalate(self, child: "subprocess.Popen[bytes]", waited: float) -> None:
        for after, sign in self._ladder[self._sent :]:
            if waited >= after:
                child.send_signal(sign)
                self._sent += 1

    def _has_leftovers(self) -> bool:
        """Processes of an earlier server that are still there: ended if they do not end by themselves."""
        if self._running.try_exclusive():
            self._leftovers_since = None
            return False
        if self._leftovers_since is None:
            self._leftovers_since = monotonic()
        waited = monotonic() - self._leftovers_since
        due = [sign for after, sign in _LEFTOVERS if waited > after]
        for pid in holders(self._running.path) if due else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, due[-1])
        return True

    def _choose_port(self) -> int:
        """The one that clients know, else the last one, else a free one."""
        if self._port and (self._was_ready or _is_free(self._port)):
            return self._port
        free = (port for port in random.sample(_PORTS, 200) if _is_free(port))
        port = next(free, None)
        if port is None:
            raise ServerDidNotStart("No free port was found on 127.0.0.1.")
        return port


def explained(error: OSError | Unavailable) -> Failure:
    """What the user should read."""
    if isinstance(error, Unavailable):
        return Failure(error.code, str(error))
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Failure(
            StorageFull.code, f"The disk is full: {error.filename or 'no room for the embedded servers'}."
        )
    return Failure(ServerDidNotStart.code, f"The embedded servers could not be started: {error}.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
