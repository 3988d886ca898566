"""7z with its members as they are: on pictures LZMA2 gains less than one percent, at 10 MB a second.

Its first bytes say where its header stands and what that sums up to, so they are known only when all else is
written, unless names, sizes and CRCs are known before (``Known``).
py7zr reads it too. It cannot write it: it puts in the time of day, holds a kilobyte of each member, takes a
tenth of a millisecond for it, and must go back in the file; and its view of a file takes as much memory.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from zlib_ng.zlib_ng import crc32

from pixcrawler.adapters.archives.container import READ_AHEAD, Crc, Known
from pixcrawler.adapters.archives.damage import SENTENCE, Span, Summed, told
from pixcrawler.adapters.archives.index import Index
from pixcrawler.adapters.archives.seven_zip_header import START, Members, header_at, members, start
from pixcrawler.domain.datasets.errors import BrokenArchive


class SevenZipPacker:
    """Writes what follows the first bytes, which ``close`` gives."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
        self._members = Members()
        self._name, self._size, self._crc = "", 0, 0

    def add(self, name: str, data: bytes) -> None:
        self._members.add(name, len(data), crc32(data))
        self._sink(data)

    def begin(self, name: str, size: int, crc: Crc | None = None) -> None:  # noqa: ARG002 -- nothing is held
        self._name, self._size, self._crc = name, size, 0

    def write(self, piece: bytes) -> None:
        self._crc = crc32(piece, self._crc)
        self._sink(piece)

    def end(self) -> None:
        self._members.add(self._name, self._size, self._crc)

    def close(self) -> bytes:
        header = self._members.header()
        self._sink(header)
        return start(self._members.size, header)


class KnownSevenZip(SevenZipPacker):
    """Writes the first bytes first, as all that will come is known. ``close`` raises BrokenArchive when
    something else came."""

    def __init__(self, sink: Callable[[bytes], object], coming: Iterable[Known]) -> None:
        expected = Members()
        for member in coming:
            expected.add(*member)
        self._start = start(expected.size, expected.header())
        del expected
        super().__init__(sink)
        sink(self._start)

    def close(self) -> bytes:
        if super().close() != self._start:
            raise BrokenArchive(SENTENCE)
        return b""


class SevenZipReading:
    """An archive of ours: its members stand behind one another as they are."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._index, end = Index(3), START
        with told():
            for name, size, crc in members(_header(file)):
                self._index.add(name, end, size, crc)
                end += size

    def files(self) -> Iterator[tuple[str, int]]:
        for name, (_, size, _) in self._index:
            yield name, size

    def known(self) -> Iterator[Known]:
        for name, (_, size, crc) in self._index:
            yield Known(name, size, crc)

    def open(self, name: str) -> BinaryIO:
        start, size, crc = self._index.find(name)
        return io.BufferedReader(Summed(Span(self._file, start, size), crc), READ_AHEAD)

    def close(self) -> None:
        """The file is its opener's."""


def _header(file: BinaryIO) -> bytes:
    file.seek(0)
    content, size, crc = header_at(file.read(START))
    file.seek(START + content)
    header = file.read(size)
    if crc32(header) != crc:
        raise BrokenArchive(SENTENCE)
    return header


class SevenZip:
    packer = SevenZipPacker
    head = START
    read = SevenZipReading
