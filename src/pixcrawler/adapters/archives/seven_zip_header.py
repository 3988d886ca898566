"""The header of a 7z archive (7zFormat.txt of the LZMA SDK), as far as uncompressed members need it."""

import struct
import zlib
from array import array
from collections.abc import Iterable

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
        self._crcs = array("L" if array("L").itemsize == 4 else "I")
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
        full = [(size, crc) for size, crc in zip(self._sizes, self._crcs, strict=True) if size]
        return b"".join(
            (
                *(_STREAMS, _PACK, _number(0), _number(1), _SIZE, _number(self.size), _END),
                *(_UNPACK, _FOLDER, _number(1), _NOT_EXTERNAL, _ONE_COPY_CODER),
                *(_UNPACK_SIZE, _number(self.size), _END),
                *(_SUBSTREAMS, _IN_FOLDER, _number(len(full))),
                *(_SIZE, *(_number(size) for size, _ in full[:-1])),
                *(_CRC, _ALL_DEFINED, struct.pack(f"<{len(full)}L", *(crc for _, crc in full))),
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
