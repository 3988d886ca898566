"""A file on its way into the local store, and the errors of the disk as sentences."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pixcrawler.domain.shared.errors import DomainError, StorageFull, Unavailable

FULL = {errno.ENOSPC, errno.EDQUOT}
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def plainly(error: OSError, where: str | Path) -> DomainError:
    """What the operating system says, as a sentence."""
    if error.errno in FULL:
        return StorageFull(f"The disk that holds {where} is full; make room and try again.")
    return Unavailable(f"The object store at {where} cannot be used: {error.strerror}.")


@contextmanager
def told_plainly(where: Path) -> Iterator[None]:
    """Turn the operating system's errors into sentences."""
    try:
        yield
    except OSError as error:
        raise plainly(error, where) from error


class LocalBody:
    """A file under ``receiving/``, private to its writer. Paths are text: several thousand of these a
    minute are written, each in a few system calls."""

    def __init__(self, folder: str, name: str) -> None:
        self._folder = folder
        self._path = f"{folder}/{name}"
        self._descriptor = -1
        self._there = False

    def write(self, data: bytes | memoryview) -> None:
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(self._path, NEW, 0o444)
                self._there = True
            written = os.write(self._descriptor, data)
            if written < (size := len(data) if isinstance(data, bytes) else data.nbytes):
                self._write_the_rest(memoryview(data).cast("B"), written, size)
        except OSError as error:
            raise plainly(error, self._folder) from error

    def send(self, start: int, size: int) -> None:
        """Have the disk begin with these bytes. On Linux this waits for nothing; of what was just written
        nothing leaves the cache, as none of it is on the disk."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._descriptor, start, size, os.POSIX_FADV_DONTNEED)

    def _write_the_rest(self, data: memoryview, written: int, size: int) -> None:
        while written < size:
            written += os.write(self._descriptor, data[written:])

    def fill(self, head: bytes) -> None:
        """Put these in the place of what was written first. Raises OSError."""
        done = 0
        while done < len(head):
            done += os.pwrite(self._descriptor, head[done:], done)

    def open_for_reading(self) -> int:
        if not self._there:
            self.write(b"")
        try:
            return os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise plainly(error, self._folder) from error

    def sync(self) -> None:
        """What was written is on the disk. Raises OSError."""
        if self._descriptor < 0:
            self.write(b"")
        os.fsync(self._descriptor)

    def move(self, target: str) -> None:
        """Become ``target``, which is replaced; from then on there is nothing left to discard."""
        if not self._there:
            self.write(b"")
        self.finish()
        os.rename(self._path, target)  # noqa: PTH104 -- no path objects here: see above
        self._there = False

    def finish(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def discard(self) -> None:
        self.finish()
        if self._there:
            self._there = False
            with suppress(FileNotFoundError):
                os.unlink(self._path)  # noqa: PTH108

    def __del__(self) -> None:
        """Nobody can keep it any more, as when what fetched it was cancelled."""
        self.discard()
