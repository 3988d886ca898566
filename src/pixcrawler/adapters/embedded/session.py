"""A client's share in the servers. Blocking: ``client`` runs it in a thread."""

import contextlib
import errno
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pixcrawler.adapters.embedded.errors import HomeNotWritable, ServerDidNotStart, by_code
from pixcrawler.adapters.embedded.locks import FileLock
from pixcrawler.adapters.embedded.state import Desk, ServerName, State
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

_LOOK: Final = 0.02
_PATIENCE: Final = 90.0
_FAREWELL: Final = 5.0
_NOTICE: Final = 0.5
"""Seconds: between two looks, for a start, for a stop, for the keeper to see that a stop is due."""
_CALLS: Final = 6
"""Keepers that may end at once (killed, or broken) before we give up."""
_ROOM: Final = 16 * 1024 * 1024
_SEAT_FD: Final = 3
_KEPT: Final = ("PATH", "HOME", "TMPDIR", "LANG", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What of the environment a keeper gets, besides PYTHON… and COVERAGE…: no secret of its first client."""


class Left(Exception):
    """The session was closed from another thread."""


class Session:
    """Holds the locks of the servers that it wants; the servers stay up at least as long."""

    def __init__(self, home: Path, wanted: Sequence[ServerName]) -> None:
        self._home = home.absolute()
        self._wanted = wanted
        self._desk = Desk(self._home)
        self._locks = [FileLock(self._desk.wanted(name)) for name in wanted]
        self._guard = threading.Lock()  # of the locks' open files
        self._left = False
        self._called = 0

    def join(self) -> State:
        """Wait until each server that is wanted answers. Raise a subclass of Unavailable, or Left."""
        try:
            self._claim_folder()
        except OSError as error:
            raise self._refused(error) from error
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and self._called < _CALLS:
            if self._holds_all() and not self.call_keeper():
                state = self._desk.read()
                found = [state.of(name) for name in self._wanted]
                if all(server.ready for server in found):
                    return state
                for server in found:
                    if server.failure:
                        raise by_code(server.failure.code, server.failure.message)
            time.sleep(_LOOK)
        raise ServerDidNotStart(
            f"The embedded servers did not come up; {self._desk.log('keeper')} may say why."
        )

    def call_keeper(self) -> bool:
        """Spawn a keeper if there is none. False when one was there, and its state is its own."""
        with self._guard:
            if self._left:
                raise Left
            seat = FileLock(self._desk.seat)
            if not seat.try_exclusive():
                return _is_free(self._desk.alive)
            try:
                self._spawn(seat)
            finally:
                seat.release()
            return True

    def leave(self) -> None:
        """Give the locks back, also while another thread is joining."""
        with self._guard:
            self._left = True
            for lock in self._locks:
                lock.release()

    def see_off(self) -> None:
        """After ``leave``: wait for the servers' end, unless somebody else still wants them."""
        begun = time.monotonic()
        with contextlib.suppress(OSError):  # the folder is gone, and so are they
            if any(_is_shared(path) for path in self._paths()):
                return
            while (waited := time.monotonic() - begun) < _FAREWELL and not _is_free(self._desk.seat):
                state = self._desk.read()
                if waited > _NOTICE and any(state.of(name).ready for name in self._wanted):
                    return
                time.sleep(_LOOK)

    def _paths(self) -> list[Path]:
        return [lock.path for lock in self._locks]

    def _holds_all(self) -> bool:
        """Not while a keeper is just stopping a server: it is asked again."""
        with self._guard:
            if self._left:
                raise Left
            return all(lock.try_shared() for lock in self._locks)

    def _claim_folder(self) -> None:
        self._desk.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._desk.folder.stat().st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it belongs to another user")
        for path in (*self._paths(), self._desk.seat, self._desk.alive):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        if shutil.disk_usage(self._desk.folder).free < _ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _refused(self, error: OSError) -> Unavailable:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return StorageFull(f"The disk is full: make room in {self._home} for the embedded servers.")
        return HomeNotWritable(
            f"The embedded servers keep their data in {self._desk.folder}, which cannot be used "
            f"({error.strerror}): set PIXCRAWLER_HOME to a folder of yours."
        )

    def _spawn(self, seat: FileLock) -> None:
        assert seat.fd is not None
        self._called += 1
        environment = {
            k: v for k, v in os.environ.items() if k in _KEPT or k.startswith(("PYTHON", "COVERAGE"))
        }
        log = os.open(self._desk.log("keeper"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            pid = os.posix_spawn(
                sys.executable,
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "pixcrawler.adapters.embedded.keeper",
                    str(self._home),
                    str(_SEAT_FD),
                ],
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, log, 1),
                    (os.POSIX_SPAWN_DUP2, log, 2),
                    (os.POSIX_SPAWN_DUP2, seat.fd, _SEAT_FD),
                ],
                setsid=True,
                setsigmask=(),
                setsigdef=(signal.SIGCHLD, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM),
            )
        finally:
            os.close(log)
        # It may outlive this session; whenever it ends, no zombie of it shall stay.
        threading.Thread(target=_reap, args=(pid,), daemon=True).start()


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _is_shared(path: Path) -> bool:
    """Whether another client holds it. A keeper that is stopping a server holds it alone."""
    probe = FileLock(path)
    if probe.try_exclusive():
        probe.release()
        return False
    shared = probe.try_shared()
    probe.release()
    return shared


def _is_free(path: Path) -> bool:
    """Nobody holds it exclusively."""
    lock = FileLock(path)
    try:
        return lock.try_shared()
    finally:
        lock.release()
