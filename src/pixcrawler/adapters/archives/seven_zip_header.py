"""The header of a 7z archive (7zFormat.txt of the LZMA SDK), as far as uncompressed members need it."""

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence

from pixcrawler.adapters.archives.container import Known

MAGIC = b"7z\xbc\xaf\x27\x1c\x00\x04"
START = 32
"""Bytes in front of the members' content."""

_FILETIME_1980 = 119_600_064_000_000_000
"""100 ns steps from 1601-01-01 to 1980-01-01, what a zip has, too."""

_ATTRIBUTES = 0x20 | 0x8000 | 0o100644 << 16
"""An ordinary file, with its mode as p7zip tells it."""

_END, _HEADER, _STREAMS, _FILES = b"\x00", b"\x01", b"\x04", b"\x05"
_PACK, _UNPACK, _SUBSTREAMS, _SIZE, _CRC = b"\x06", b"\x07", b"\x08", b"\x09", b"\x0a"
_FOLDER, _UNPACK_SIZE, _IN_FOLDER = b"\x0b", b"\x0c", b"\x0d"
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _MTIME, _WIN_ATTRIBUTES = b"\x0e", b"\x0f", b"\x11", b"\x14", b"\x15"
_ALL_DEFINED, _NOT_EXTERNAL = b"\x01", b"\x00"
_ONE_COPY_CODER = b"\x01\x01\x00"


class Members:
    """Names, sizes and CRCs in the order of the content, in some hundred bytes each."""

    def __init__(self) -> None:
        self._names = bytearray()
        self._sizes = array("Q")
        self._crcs = array("Q")
        self.size = 0

    def add(self, name: str, size: int, crc: int) -> None:
        self._names += name.encode("utf-16-le") + b"\0\0"
        self._sizes.append(size)
        self._crcs.append(crc)
        self.size += size

    def header(self) -> bytes:
        """What stands behind the content; nothing for no members."""
        if not self._sizes:
            return b""
        streams = self._streams() if self.size else b""
        return b"".join((_HEADER, streams, self._files(), _END))

    def _streams(self) -> bytes:
        full = array("Q", filter(None, self._sizes))
        crcs = (crc for size, crc in zip(self._sizes, self._crcs, strict=True) if size)
        return b"".join(
            (
                *(_STREAMS, _PACK, _number(0), _number(1), _SIZE, _number(self.size), _END),
                *(_UNPACK, _FOLDER, _number(1), _NOT_EXTERNAL, _ONE_COPY_CODER),
                *(_UNPACK_SIZE, _number(self.size), _END),
                *(_SUBSTREAMS, _IN_FOLDER, _number(len(full))),
                *(_SIZE, b"".join(map(_number, full[:-1]))),
                *(_CRC, _ALL_DEFINED, b"".join(map(struct.Struct("<L").pack, crcs))),
                *(_END, _END),
            )
        )

    def _files(self) -> bytes:
        count = len(self._sizes)
        empty = [not size for size in self._sizes]
        known = _ALL_DEFINED + _NOT_EXTERNAL
        told = [
            _property(_NAMES, _NOT_EXTERNAL + bytes(self._names)),
            _property(_MTIME, known + struct.pack("<Q", _FILETIME_1980) * count),
            _property(_WIN_ATTRIBUTES, known + struct.pack("<L", _ATTRIBUTES) * count),
        ]
        if any(empty):
            told.insert(0, _property(_EMPTY_STREAM, _bits(empty)))
            told.insert(1, _property(_EMPTY_FILE, _bits([True] * sum(empty))))
        return b"".join((_FILES, _number(count), *told, _END))


def start(content: int, header: bytes) -> bytes:
    """The first bytes of an archive whose header stands behind ``content`` bytes."""
    where = struct.pack("<QQL", content, len(header), zlib.crc32(header)) if header else bytes(20)
    return MAGIC + struct.pack("<L", zlib.crc32(where)) + where


def header_at(first: bytes) -> tuple[int, int, int]:
    """Bytes of content, size and CRC of the header, as the first bytes of an archive say.

    Raises ValueError or struct.error when they are none.
    """
    where = first[len(MAGIC) + 4 : START]
    if first[: len(MAGIC)] != MAGIC or struct.unpack_from("<L", first, len(MAGIC))[0] != zlib.crc32(where):
        raise ValueError("This is no 7z archive.")
    content, size, crc = struct.unpack("<QQL", where)
    return content, size, crc


def _number(value: int) -> bytes:
    """As many leading one bits in the first byte as bytes follow, which have the low part."""
    for more in range(8):
        if value < 1 << 7 * (more + 1):
            first = (0xFF << (8 - more) & 0xFF) | value >> 8 * more
            return bytes((first,)) + (value & (1 << 8 * more) - 1).to_bytes(more, "little")
    return b"\xff" + value.to_bytes(8, "little")


def _bits(flags: Iterable[bool]) -> bytes:
    text = "".join("1" if flag else "0" for flag in flags)
    text = text.ljust(-(-len(text) // 8) * 8, "0")
    return int(text, 2).to_bytes(len(text) // 8, "big")


def _property(kind: bytes, data: bytes) -> bytes:
    return kind + _number(len(data)) + data


def members(header: bytes) -> Iterator[Known]:
    """Those of a header as we write it. Raises ValueError for any other."""
    if not header:
        return
    read = _Reader(header)
    read.expect(_HEADER)
    sizes, crcs = _streams_of(read) if read.has(_STREAMS) else ((), b"")
    read.expect(_FILES)
    count = read.number()
    empty = _flags(read.property(), count) if read.has(_EMPTY_STREAM) else bytes(count)
    if read.has(_EMPTY_FILE):
        read.property()
    read.expect(_NAMES)
    names = read.property()[1:]
    if count != empty.count(0) + empty.count(1) or empty.count(0) != len(sizes):
        raise ValueError("The numbers of members differ.")
    full, at = iter(zip(sizes, struct.iter_unpack("<L", crcs), strict=True)), 0
    for is_empty in empty:
        end = _end_of_name(names, at)
        size, (crc,) = (0, (0,)) if is_empty else next(full)
        yield Known(names[at:end].decode("utf-16-le"), size, crc)
        at = end + 2


def _streams_of(read: "_Reader") -> tuple[Sequence[int], bytes]:
    """Sizes, and CRCs as they stand there."""
    for part in (_PACK, _number(0), _number(1), _SIZE):
        read.expect(part)
    total = read.number()
    for part in (_END, _UNPACK, _FOLDER, _number(1), _NOT_EXTERNAL, _ONE_COPY_CODER, _UNPACK_SIZE):
        read.expect(part)
    if read.number() != total:
        raise ValueError("The members are compressed.")
    for part in (_END, _SUBSTREAMS, _IN_FOLDER):
        read.expect(part)
    count = read.number()
    read.expect(_SIZE)
    sizes = array("Q", (read.number() for _ in range(count - 1)))
    sizes.append(total - sum(sizes))
    read.expect(_CRC + _ALL_DEFINED)
    crcs = read.take(4 * count)
    read.expect(_END + _END)
    return sizes, crcs


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        data = self._data[self._at : self._at + size]
        if len(data) != size:
            raise ValueError("The header is cut off.")
        self._at += size
        return data

    def has(self, part: bytes) -> bool:
        """Whether it comes next; then it is passed."""
        found = self._data.startswith(part, self._at)
        self._at += len(part) * found
        return found

    def expect(self, part: bytes) -> None:
        if not self.has(part):
            raise ValueError("The header is none of ours.")

    def number(self) -> int:
        first = self.take(1)[0]
        more = 8 - (first ^ 0xFF).bit_length()
        low = int.from_bytes(self.take(more), "little")
        return low | (first & (0x7F >> more)) << 8 * more

    def property(self) -> bytes:
        return self.take(self.number())


def _flags(packed: bytes, count: int) -> bytes:
    """One byte, 0 or 1, for each bit."""
    return bytes(packed[number >> 3] >> (7 - (number & 7)) & 1 for number in range(count))


def _end_of_name(names: bytes, at: int) -> int:
    """UTF-16: two zero bytes at an even offset."""
    end = names.index(b"\0\0", at)
    while end % 2:
        end = names.index(b"\0\0", end + 1)
    return end
