"""ZIP: APPNOTE 6.3.10, with Zip64, UTF-8 names and fixed times.

Pictures and whatever else is no text are stored, texts are deflated. Members of up to ``HELD`` bytes say
their CRC and size before their content, so that they can be read from a stream, too. The CRC of a larger one
is known only behind it, where a data descriptor tells it: whoever writes into a store cannot go back.

The standard library's zipfile cannot write that: into a file that cannot seek it describes every member
behind its content, and readers of streams cannot find the end of one that is stored.
"""

import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

from zlib_ng.zlib_ng import crc32

from pixcrawler.adapters.archives.container import BLOCK, Crc
from pixcrawler.adapters.archives.damage import SENTENCE
from pixcrawler.adapters.archives.zip_headers import (
    CENTRAL,
    DEFLATED,
    END,
    END64,
    LOCAL,
    LOCATOR,
    STORED,
    TOO_LARGE,
    TOO_MANY,
)
from pixcrawler.adapters.archives.zip_reading import ZipReading
from pixcrawler.domain.datasets.errors import BrokenArchive

HELD = 32 << 20
"""Bytes of a member that is held, as it will lie there, unless its CRC is known. No picture that was fetched
is larger, unless an operator has raised the limit."""

TEXTS = {"csv", "json", "jsonl", "md", "txt", "yaml", "yml", "SHA256SUMS"}
LEVEL = 3
"""Of texts: half the time of zlib's own choice, and an eighth larger; they are a hundredth of an archive."""

_UTF8, _DESCRIBED_BEHIND = 1 << 11, 1 << 3
_DAY = (1 << 5) | 1  # 1980-01-01, the first that there is
_UNIX, _FILE_MODE = 3 << 8, 0o100644 << 16


class _Entry(NamedTuple):
    """A member as its headers tell of it. Sizes in bytes; ``start`` is the offset of its local header."""

    name: bytes
    method: int
    flags: int
    crc: int
    packed: int
    size: int
    start: int


class ZipPacker:
    """Holds of each member what the central directory says of it: 46 bytes and its name."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self._sink = sink
        self._at = 0
        self._directory = bytearray()
        self._count = 0
        self._member: _Member | None = None

    def add(self, name: str, data: bytes) -> None:
        if len(data) > HELD or _is_text(name):
            self.begin(name, len(data))
            self.write(data)
            self.end()
            return
        entry = _Entry(name.encode(), STORED, _UTF8, crc32(data), len(data), len(data), self._at)
        self._put(_local(entry))
        self._put(data)
        self._list(entry)

    def begin(self, name: str, size: int, crc: Crc | None = None) -> None:
        known = crc() if crc is not None and size <= HELD and not _is_text(name) else None
        member = self._member = _Member(name, size, self._at, known)
        if member.held is None:
            self._put(_local(member.entry(), large=member.large))

    def write(self, piece: bytes) -> None:
        assert self._member is not None, "It was begun."
        self._pass_on(self._member, self._member.taken(piece))

    def end(self) -> None:
        member, self._member = self._member, None
        assert member is not None, "It was begun."
        self._pass_on(member, member.rest())
        entry = member.entry()
        if member.held is not None:
            self._put(_local(entry))
            for piece in member.held:
                self._put(piece)
        elif entry.flags & _DESCRIBED_BEHIND:
            sizes = "<4sL2Q" if member.large else "<4s3L"
            self._put(struct.pack(sizes, b"PK\x07\x08", entry.crc, entry.packed, entry.size))
        self._list(entry)

    def _pass_on(self, member: "_Member", packed: bytes) -> None:
        if member.held is None:
            self._put(packed)
        elif packed:
            member.held.append(packed)

    def close(self) -> bytes:
        start, size = self._at, len(self._directory)
        for at in range(0, size, BLOCK):
            self._put(bytes(self._directory[at : at + BLOCK]))
        if self._count >= TOO_MANY or max(start, size) >= TOO_LARGE:
            end = self._at
            self._put(END64.pack(b"PK\x06\x06", 44, _UNIX | 45, 45, 0, 0, *[self._count] * 2, size, start))
            self._put(LOCATOR.pack(b"PK\x06\x07", 0, end, 1))
        count = min(self._count, TOO_MANY)
        at, length = min(start, TOO_LARGE), min(size, TOO_LARGE)
        self._put(END.pack(b"PK\x05\x06", 0, 0, count, count, length, at, 0))
        return b""

    def _list(self, entry: _Entry) -> None:
        """In the central directory; numbers that do not fit stand in its extra field."""
        long = [number for number in (entry.size, entry.packed, entry.start) if number >= TOO_LARGE]
        extra = struct.pack(f"<2H{len(long)}Q", 1, 8 * len(long), *long) if long else b""
        self._directory += CENTRAL.pack(
            *(b"PK\x01\x02", _UNIX | 45, 45 if long else 20),
            *(entry.flags, entry.method, 0, _DAY, entry.crc),
            *(min(entry.packed, TOO_LARGE), min(entry.size, TOO_LARGE)),
            *(len(entry.name), len(extra), 0, 0, 0, _FILE_MODE, min(entry.start, TOO_LARGE)),
        )
        self._directory += entry.name
        self._directory += extra
        self._count += 1

    def _put(self, data: bytes) -> None:
        if data:
            self._at += len(data)
            self._sink(data)


def _local(entry: _Entry, *, large: bool = False) -> bytes:
    """The header in front of a content. ``large``: an extra field says that the descriptor behind it has
    sizes of eight bytes."""
    extra = struct.pack("<2H2Q", 1, 16, 0, 0) if large else b""
    behind = entry.flags & _DESCRIBED_BEHIND
    sizes = (TOO_LARGE, TOO_LARGE) if large else (0, 0) if behind else (entry.packed, entry.size)
    return (
        LOCAL.pack(
            *(b"PK\x03\x04", 45 if large else 20, entry.flags, entry.method, 0, _DAY),
            *(0 if behind else entry.crc, *sizes, len(entry.name), len(extra)),
        )
        + entry.name
        + extra
    )


class _Member:
    """One that comes in pieces. It goes by, or is ``held`` as it will lie there, unless it is stored and its
    CRC known. Deflating may make it a little longer, which ``large`` allows for."""

    def __init__(self, name: str, size: int, start: int, crc: int | None) -> None:
        self._name, self._start = name.encode(), start
        self._crc = self._packed = self._size = 0
        self._known = None if crc is None else (crc, size, size)
        self._deflate = zlib.compressobj(LEVEL, wbits=-zlib.MAX_WBITS) if _is_text(name) else None
        self.held: list[bytes] | None = [] if size <= HELD and crc is None else None
        self.large = size + (size >> 10) >= TOO_LARGE

    def taken(self, piece: bytes) -> bytes:
        self._crc = crc32(piece, self._crc)
        self._size += len(piece)
        packed = piece if self._deflate is None else self._deflate.compress(piece)
        self._packed += len(packed)
        return packed

    def rest(self) -> bytes:
        packed = b"" if self._deflate is None else self._deflate.flush()
        self._packed += len(packed)
        if self._known not in (None, (self._crc, self._packed, self._size)):
            raise BrokenArchive(SENTENCE)
        return packed

    def entry(self) -> _Entry:
        """As far as it is known."""
        method = STORED if self._deflate is None else DEFLATED
        behind = self.held is None and self._known is None
        sums = self._known or (self._crc, self._packed, self._size)
        return _Entry(self._name, method, _UTF8 | (_DESCRIBED_BEHIND if behind else 0), *sums, self._start)


class Zip:
    packer = ZipPacker
    head = 0
    read = ZipReading


def _is_text(name: str) -> bool:
    return name.rpartition("/")[2].rpartition(".")[2] in TEXTS
