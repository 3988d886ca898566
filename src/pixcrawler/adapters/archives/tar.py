"""tar: POSIX ustar, with a PAX header only for a name or a size that does not fit, and fixed times."""

import io
import tarfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pixcrawler.adapters.archives.container import READ_AHEAD, Crc, Known, known_by_reading
from pixcrawler.adapters.archives.damage import SENTENCE, Span, told
from pixcrawler.adapters.archives.index import Index
from pixcrawler.domain.datasets.errors import BrokenArchive

_SIZE, _SUM, _AFTER_SUM = slice(124, 136), slice(148, 156), 156
_LARGEST = 8**11
"""Bytes from which on a size has more than eleven octal digits."""


def _plain() -> tuple[bytes, bytes, int]:
    """What stands in a header between name and size and behind the checksum, and the sum of both."""
    head = bytearray(tarfile.TarInfo().tobuf(tarfile.PAX_FORMAT))
    head[_SIZE] = bytes(12)
    head[_SUM] = b" " * 8
    return bytes(head[100:124]), bytes(head[_AFTER_SUM:]), sum(head)


_AFTER_NAME, _REST, _SUM_OF_PLAIN = _plain()


def header(name: str, size: int) -> bytes:
    """What tarfile writes, at a tenth of its time where the name is short and plain."""
    if size < _LARGEST and len(name) <= 100 and name.isascii():
        text, length = name.encode(), b"%011o\0" % size
        summed = _SUM_OF_PLAIN + sum(text) + sum(length)
        between = b"%s%s%06o\0 " % (length, b"00000000000\0", summed)
        return text.ljust(100, b"\0") + _AFTER_NAME + between + _REST
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.PAX_FORMAT)


class TarPacker:
    """Holds nothing of what was written."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
        self._at = 0
        self._padding = 0

    def add(self, name: str, data: bytes) -> None:
        self.begin(name, len(data))
        self.write(data)
        self.end()

    def begin(self, name: str, size: int, crc: Crc | None = None) -> None:  # noqa: ARG002 -- a tar has none
        self._put(header(name, size))
        self._padding = -size % tarfile.BLOCKSIZE

    def write(self, piece: bytes) -> None:
        self._put(piece)

    def end(self) -> None:
        self._put(bytes(self._padding))

    def close(self) -> bytes:
        """Two empty blocks, and what fills the last record."""
        self._put(bytes(2 * tarfile.BLOCKSIZE))
        self._put(bytes(-self._at % tarfile.RECORDSIZE))
        return b""

    def _put(self, data: bytes) -> None:
        if data:
            self._at += len(data)
            self._sink(data)


class TarReading:
    """Goes through it once, and remembers where each member's content stands."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places = Index(2)
        self._whole = False

    def files(self) -> Iterator[tuple[str, int]]:
        places = Index(2)
        self._file.seek(0)
        with told():
            tar = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 -- the file is its opener's
        while info := self._next(tar):
            places.add(info.name, info.offset_data, info.size)
            yield info.name, info.size
        self._places, self._whole = places, True

    def _next(self, tar: tarfile.TarFile) -> tarfile.TarInfo | None:
        with told():
            info = tar.next()
            tar.members.clear()  # type: ignore[attr-defined] # else it holds half a kilobyte of each
            if info is None:
                self._expect_the_end(tar.offset)
            elif not info.isreg():
                raise tarfile.ReadError(info.name)
        return info

    def _expect_the_end(self, offset: int) -> None:
        """tarfile takes any end between two members for the end."""
        self._file.seek(offset)
        if self._file.read(2 * tarfile.BLOCKSIZE) != bytes(2 * tarfile.BLOCKSIZE):
            raise BrokenArchive(SENTENCE)

    def open(self, name: str) -> BinaryIO:
        if not self._whole:
            for _ in self.files():
                pass
        start, size = self._places.find(name)
        return io.BufferedReader(Span(self._file, start, size), READ_AHEAD)

    def known(self) -> Iterator[Known]:
        return known_by_reading(self)

    def close(self) -> None:
        """The file is its opener's."""


class Tar:
    packer = TarPacker
    head = 0
    read = TarReading
