"""Members of a tar file, made without a clock: POSIX.1-1988 (ustar), times 0, mode 0644, owner 0.

``tarfile`` makes the same bytes, many times slower; a dataset has three members for every picture.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

BLOCK = 512
_RECORD = 20 * BLOCK

_BEFORE_SIZE = b"0000644\0" + b"0000000\0" * 2
_BEHIND_SIZE = b"00000000000\0"
_HEADER = struct.Struct("100s24s12s12s8s356s")
_KIND = b"0" + bytes(100) + b"ustar\00000" + bytes(247)
_FIXED_SUM = sum(_BEFORE_SIZE) + sum(_BEHIND_SIZE) + sum(_KIND) + 8 * ord(" ")


def header(name: bytes, size: int) -> bytes:
    """The block before a file of ``size`` bytes. ``name`` is at most 100 bytes of ASCII."""
    digits = b"%011o" % size
    check = b"%06o\0 " % (_FIXED_SUM + sum(name) + sum(digits))
    return _HEADER.pack(name, _BEFORE_SIZE, digits, _BEHIND_SIZE, check, _KIND)


def padding(size: int) -> bytes:
    """What follows a content of ``size`` bytes, up to the next block."""
    return bytes(-size % BLOCK)


def room(size: int) -> int:
    """Bytes that a member with so much content takes."""
    return BLOCK + size + -size % BLOCK


def end(size: int) -> bytes:
    """What ends a file whose members take ``size`` bytes: two empty blocks, and more up to a whole record."""
    return bytes(2 * BLOCK + -(size + 2 * BLOCK) % _RECORD)


def joined(members: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """(name, content) pairs as they follow each other in a tar file."""
    pieces: list[bytes] = []
    for name, content in members:
        pieces += (header(name, len(content)), content, padding(len(content)))
    return pieces


def members(file: BinaryIO, *, skip: str) -> Iterator[tuple[str, int, bytes]]:
    """(name, size, content) of what was made here, one in memory at a time; without the content where the
    name ends with ``skip``.

    Raises:
        ValueError: it is no such file, or it ends too early; the sentence says where.
    """
    passing, skipped = file.seekable(), skip.encode()
    while any(block := _exactly(file, BLOCK)):
        name, digits = block[:100].rstrip(b"\0"), block[124:135]
        size = int(digits, 8) if digits.isdigit() else -1
        if size < 0 or block != header(name, size):
            raise ValueError("there is no header of a tar member where one should be")
        if passing and name.endswith(skipped):
            file.seek(size + -size % BLOCK, os.SEEK_CUR)
            yield name.decode("ascii"), size, b""
        else:
            yield name.decode("ascii"), size, _exactly(file, size + -size % BLOCK)[:size]


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    while len(data) < size:
        more = file.read(size - len(data))
        if not more:
            raise ValueError("the tar file ends in a member")
        data += more
    return data
