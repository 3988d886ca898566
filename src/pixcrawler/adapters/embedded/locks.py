"""Locks that die with their holder: flock(2) on files that are never deleted."""

import fcntl
import os
from pathlib import Path
from weakref import WeakSet


class FileLock:
    """One lock on one file. The kernel frees it when the last process that has it ends, also by kill -9.

    An exclusive lock can be handed to a child process by passing ``fd`` on: then it lasts until both
    have closed it. A shared one is never inherited: not over exec, and not over a plain fork.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd: int | None = None

    @property
    def held(self) -> bool:
        return self.fd is not None

    def try_exclusive(self) -> bool:
        """Take it without waiting. FileNotFoundError when the folder is gone."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take it without waiting, beside other shared holders."""
        if not self._try(fcntl.LOCK_SH):
            return False
        _shared.add(self)
        return True

    def adopt(self, fd: int) -> None:
        """Own a lock that the parent process took and handed over as an open file."""
        os.set_inheritable(fd, False)  # noqa: FBT003  positional only
        self.fd = fd

    def release(self) -> None:
        """Close our copy; a copy that was handed on keeps the lock."""
        _shared.discard(self)
        fd, self.fd = self.fd, None
        if fd is not None:
            os.close(fd)

    def _try(self, kind: int) -> bool:
        if self.fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(fd, kind | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self.fd = fd
        return True


_shared: WeakSet[FileLock] = WeakSet()


def _forget_in_fork() -> None:
    for lock in list(_shared):
        lock.release()


os.register_at_fork(after_in_child=_forget_in_fork)
