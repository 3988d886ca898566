"""What the libraries raise of a damaged archive, as one sentence."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tarfile import TarError
from typing import BinaryIO
from zipfile import BadZipFile

from pixcrawler.adapters.archives.zstd import ZstdError
from pixcrawler.domain.datasets.errors import BrokenArchive

SENTENCE = "The archive is cut off or damaged, or it is none of ours."

_DAMAGE = (BadZipFile, TarError, ZstdError, zlib.error, struct.error, EOFError, ValueError)


@contextmanager
def told(*more: type[Exception]) -> Iterator[None]:
    """Raises BrokenArchive for what the libraries raise."""
    damage: tuple[type[Exception], ...] = (*_DAMAGE, *more)
    try:
        yield
    except damage as error:
        raise BrokenArchive(SENTENCE) from error


class Told(io.RawIOBase):
    """A member's content, whose damage is told."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        with told():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class Span(io.RawIOBase):
    """``size`` bytes of another file from offset ``start``. Raises BrokenArchive where that ends too early;
    others may move in the file meanwhile."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._at, self._left = file, start, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._left)
        if not wanted:
            return 0
        with told():
            self._file.seek(self._at)
            data = self._file.read(wanted)
        if not data:
            raise BrokenArchive(SENTENCE)
        buffer[: len(data)] = data
        self._at += len(data)
        self._left -= len(data)
        return len(data)
