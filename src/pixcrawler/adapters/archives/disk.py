"""Writing to a disk, and its errors as sentences."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pixcrawler.domain.shared.errors import StorageFull, Unavailable

AT_ONCE = 1_024
"""Pieces in one system call; what Linux and macOS take (IOV_MAX)."""
ENOUGH = 128 << 10
"""Bytes in one system call. To hold more, the kernel looks for larger blocks of memory; a virtual machine has
given those that are free back to its host, and getting them again takes longer than all else here."""
SENT = 4 << 20
"""Bytes from which on it is worth telling the disk."""


class Growing:
    """A new file, written from its start. What came is sent to the disk while more is made: who asks for a
    ``sync`` in the end finds most of it done, and no gigabyte of it waits in memory. Raises OSError."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._sent = 0
        self.size = 0

    def write(self, pieces: Sequence[bytes]) -> None:
        """One behind the other, as they lie in memory."""
        some, held = list[bytes](), 0
        for piece in pieces:
            some.append(piece)
            held += len(piece)
            if held >= ENOUGH or len(some) == AT_ONCE:
                self._write(some)
                some, held = [], 0
        if some:
            self._write(some)
        waits = self.size - self._sent
        if waits >= SENT and hasattr(os, "posix_fadvise"):
            # On Linux this starts writing and waits for nothing. Only what is on the disk already leaves the
            # cache, and of what was just written nothing is.
            os.posix_fadvise(self._descriptor, self._sent, waits, os.POSIX_FADV_DONTNEED)
            self._sent = self.size

    def _write(self, pieces: Sequence[bytes]) -> None:
        written, size = os.writev(self._descriptor, pieces), sum(map(len, pieces))
        if written < size:
            rest = memoryview(b"".join(pieces))
            while written < size:
                written += os.write(self._descriptor, rest[written:])
        self.size += size


@contextmanager
def told_plainly(where: Path) -> Iterator[None]:
    """Raises StorageFull or Unavailable for what the operating system raises."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk that holds {where} is full; make room and try again.") from error
        raise Unavailable(f"The export cannot be written to {where}: {error.strerror}.") from error
