"""Reading a zip that we wrote, without an object for each member: zipfile's take 50 MB for 100,000."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from pixcrawler.adapters.archives.container import READ_AHEAD, Known
from pixcrawler.adapters.archives.damage import SENTENCE, Span, Summed, told
from pixcrawler.adapters.archives.index import Index
from pixcrawler.adapters.archives.zip_headers import (
    CENTRAL,
    END,
    END64,
    LOCAL,
    LOCATOR,
    STORED,
    TOO_LARGE,
)
from pixcrawler.domain.datasets.errors import BrokenArchive


class ZipReading:
    """Reads the end, the central directory, and then what is asked for."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        with told():
            self._index = _directory(file)

    def files(self) -> Iterator[tuple[str, int]]:
        for name, (size, *_) in self._index:
            yield name, size

    def known(self) -> Iterator[Known]:
        for name, (size, crc, *_) in self._index:
            yield Known(name, size, crc)

    def open(self, name: str) -> BinaryIO:
        _, crc, start, packed, method = self._index.find(name)
        with told():
            self._file.seek(start)
            signature, *_, name_size, extra_size = LOCAL.unpack(self._file.read(LOCAL.size))
            if signature != b"PK\x03\x04" or self._file.read(name_size) != name.encode():
                raise BrokenArchive(SENTENCE)
        content: io.RawIOBase = Span(self._file, start + LOCAL.size + name_size + extra_size, packed)
        if method != STORED:
            content = _Inflated(content)
        return io.BufferedReader(Summed(content, crc), READ_AHEAD)

    def close(self) -> None:
        """The file is its opener's."""


def _directory(file: BinaryIO) -> Index:
    """Size, CRC, start, packed size and method of every member."""
    end = file.seek(0, io.SEEK_END) - END.size
    signature, *_, count, size, start, _ = END.unpack(_at(file, end, END.size))
    if signature != b"PK\x05\x06":
        raise BrokenArchive(SENTENCE)
    if end >= LOCATOR.size:
        locator, _, end64, _ = LOCATOR.unpack(_at(file, end - LOCATOR.size, LOCATOR.size))
        if locator == b"PK\x06\x07":
            *_, count, size, start = END64.unpack(_at(file, end64, END64.size))
    data = _at(file, start, size)
    index, at = Index(5), 0
    for _ in range(count):
        at = _entry(data, at, index)
    if at != size:
        raise BrokenArchive(SENTENCE)
    return index


def _entry(data: bytes, at: int, index: Index) -> int:
    """Where the next one begins."""
    head = CENTRAL.unpack_from(data, at)
    signature, _, _, _, method, _, _, crc, packed, size, name_size, extra_size, *_, start = head
    if signature != b"PK\x01\x02":
        raise BrokenArchive(SENTENCE)
    at += CENTRAL.size
    name = data[at : at + name_size].decode()
    at += name_size
    numbers = [size, packed, start]
    if extra_size:
        large = iter(struct.unpack_from(f"<{(extra_size - 4) // 8}Q", data, at + 4))
        numbers = [next(large) if number == TOO_LARGE else number for number in numbers]
    size, packed, start = numbers
    index.add(name, size, crc, start, packed, method)
    end: int = at + extra_size
    return end


def _at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(size)


class _Inflated(io.RawIOBase):
    """What was deflated."""

    def __init__(self, packed: io.RawIOBase) -> None:
        self._packed = packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        with told():
            while not self._inflate.eof:
                packed = self._inflate.unconsumed_tail or self._packed.read(READ_AHEAD) or b""
                data = self._inflate.decompress(packed, len(buffer))
                if data:
                    buffer[: len(data)] = data
                    return len(data)
                if not packed:
                    raise BrokenArchive(SENTENCE)
        return 0
