"""7z with its members as they are: on pictures LZMA2 gains less than one percent, at 10 MB a second.

Its first bytes say where its header stands and what that sums up to, so they can be written only when all is
known: in a file they are written last; in a store, when names, sizes and CRCs are known before (``Known``).
py7zr reads what we write. It cannot write it: it puts in the time of day, holds a kilobyte of each member,
takes a tenth of a millisecond for it, and must go back in the file.
"""

import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from pixcrawler.adapters.archives.container import READ_AHEAD, Known
from pixcrawler.adapters.archives.damage import SENTENCE, Span, told
from pixcrawler.adapters.archives.seven_zip_header import START, Members, start
from pixcrawler.domain.datasets.errors import BrokenArchive

if TYPE_CHECKING:
    import py7zr  # takes a third of a second, and few need it


class SevenZipPacker:
    """Leaves room for the first bytes, which ``close`` gives to ``at_the_start``."""

    def __init__(self, sink: Callable[[bytes], object], at_the_start: Callable[[bytes], object]) -> None:
        self._sink, self._at_the_start = sink, at_the_start
        self._members = Members()
        self._name, self._size, self._crc = "", 0, 0
        self._begin()

    def _begin(self) -> None:
        self._sink(bytes(START))

    def add(self, name: str, data: bytes) -> None:
        self._members.add(name, len(data), zlib.crc32(data))
        self._sink(data)

    def begin(self, name: str, size: int) -> None:
        self._name, self._size, self._crc = name, size, 0

    def write(self, piece: bytes) -> None:
        self._crc = zlib.crc32(piece, self._crc)
        self._sink(piece)

    def end(self) -> None:
        self._members.add(self._name, self._size, self._crc)

    def close(self) -> None:
        header = self._members.header()
        self._sink(header)
        self._at_the_start(start(self._members.size, header))


class KnownSevenZip(SevenZipPacker):
    """Front to back, when all that will come is known. ``close`` raises BrokenArchive when something else
    came."""

    def __init__(self, sink: Callable[[bytes], object], coming: Iterable[Known]) -> None:
        expected = Members()
        for member in coming:
            expected.add(*member)
        self._start = start(expected.size, expected.header())
        super().__init__(sink, self._compare)

    def _begin(self) -> None:
        self._sink(self._start)

    def _compare(self, first: bytes) -> None:
        if first != self._start:
            raise BrokenArchive(SENTENCE)


class SevenZipReading:
    """py7zr reads the header; the members stand behind one another as they are. One is compared with its CRC
    when it was read to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[str, tuple[int, int, int]] = {}
        import py7zr
        from py7zr.exceptions import ArchiveError

        with told(ArchiveError):
            self._look(py7zr.SevenZipFile(file))

    def _look(self, archive: "py7zr.SevenZipFile") -> None:
        streams = archive.header.main_streams
        if streams is not None:
            folders = streams.unpackinfo.folders
            if [[coder["method"] for coder in folder.coders] for folder in folders] != [[b"\0"]]:
                raise BrokenArchive(SENTENCE)
        at = START
        for member in archive.files:
            self._places[member.filename] = (at, member.uncompressed, member.crc32 or 0)
            at += member.uncompressed

    def files(self) -> Iterator[tuple[str, int]]:
        for name, (_, size, _) in self._places.items():
            yield name, size

    def open(self, name: str) -> BinaryIO:
        at, size, crc = self._places[name]
        return io.BufferedReader(_Summed(Span(self._file, at, size), crc), READ_AHEAD)

    def known(self) -> Iterator[Known]:
        for name, (_, size, crc) in self._places.items():
            yield Known(name, size, crc)

    def close(self) -> None:
        self._places.clear()


class _Summed(io.RawIOBase):
    """A member's content, compared with its CRC at its end."""

    def __init__(self, content: io.RawIOBase, crc: int) -> None:
        self._content, self._expected, self._crc = content, crc, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        count = self._content.readinto(buffer) or 0
        self._crc = zlib.crc32(memoryview(buffer)[:count], self._crc)
        if not count and self._crc != self._expected:
            raise BrokenArchive(SENTENCE)
        return count


class SevenZip:
    packer = None
    read = SevenZipReading
