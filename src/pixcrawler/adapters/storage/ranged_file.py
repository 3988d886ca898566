"""A file somewhere else, read in ranges."""

import io
import os
from collections.abc import Callable
from typing import BinaryIO

FIRST = 256 * 1024
"""Bytes of the first range after a jump: the end of an archive is often smaller."""
LARGEST = 8 * 1024 * 1024
"""Bytes in memory at most: ranges double while reading goes straight on."""


class RangedFile(io.RawIOBase):
    """``fetch(start, length)`` gives those bytes, all of which exist. It blocks; its errors are its own."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        self._size = size
        self._fetch = fetch
        self._at = 0
        self._held = b""
        self._held_from = 0
        self._next = FIRST

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"negative seek position {base + offset}")
        self._at = base + offset
        return self._at

    def readinto(self, into: "memoryview | bytearray", /) -> int:  # type: ignore[override] # as typeshed's Buffer
        if self._at >= self._size or not len(into):
            return 0
        if not self._held_from <= self._at < self._held_from + len(self._held):
            self._fill()
        start = self._at - self._held_from
        piece = self._held[start : start + len(into)]
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fill(self) -> None:
        straight_on = self._held and self._at == self._held_from + len(self._held)
        self._next = min(self._next * 2, LARGEST) if straight_on else FIRST
        self._held = self._fetch(self._at, min(self._next, self._size - self._at))
        self._held_from = self._at

    def close(self) -> None:
        self._held = b""
        super().close()


def as_file(size: int, fetch: Callable[[int, int], bytes]) -> BinaryIO:
    """Seekable, read-only; small reads are buffered."""
    return io.BufferedReader(RangedFile(size, fetch))
