"""What the libraries raise of a damaged archive, as one sentence."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tarfile import TarError
from typing import BinaryIO

from zlib_ng.zlib_ng import crc32

from pixcrawler.adapters.archives.zstd import ZstdError
from pixcrawler.domain.datasets.errors import BrokenArchive

SENTENCE = "The archive is cut off or damaged, or it is none of ours."

_DAMAGE = (TarError, ZstdError, zlib.error, struct.error, EOFError, ValueError)


@contextmanager
def told() -> Iterator[None]:
    """Raises BrokenArchive for what the libraries raise."""
    try:
        yield
    except _DAMAGE as error:
        raise BrokenArchive(SENTENCE) from error


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


class Summed(io.RawIOBase):
    """A member's content, compared with its CRC-32 at its end. Raises BrokenArchive."""

    def __init__(self, content: io.RawIOBase, crc: int) -> None:
        self._content, self._expected, self._crc = content, crc, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        count = self._content.readinto(buffer) or 0
        self._crc = crc32(memoryview(buffer)[:count], self._crc)
        if not count and self._crc != self._expected:
            raise BrokenArchive(SENTENCE)
        return count
