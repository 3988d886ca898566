"""A file on its way out, piece by piece."""

import asyncio
import os
from typing import Self

from pixcrawler.domain.shared.errors import Unavailable

PIECE = 128 * 1024
"""Bytes in memory for each reader, however large the file."""


class LocalPieces:
    """``length`` bytes from ``start``, or what there is. The descriptor is this one's own: it is closed at
    the end, by ``aclose``, or when nobody holds this any more, for a reader that went away never asks again.
    """

    def __init__(self, descriptor: int, start: int, length: int) -> None:
        self._descriptor = descriptor
        self._at = start
        self._left = length
        self._first = self._read()
        if len(self._first) == length:
            self._close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        piece, self._first = self._first, b""
        if not piece and self._descriptor >= 0:
            piece = await asyncio.to_thread(self._read)
        if not piece:
            self._close()
            raise StopAsyncIteration
        self._at += len(piece)
        self._left -= len(piece)
        return piece

    async def aclose(self) -> None:
        self._first = b""
        self._close()

    def _read(self) -> bytes:
        try:
            return os.pread(self._descriptor, min(PIECE, self._left), self._at)
        except OSError as error:
            raise Unavailable(f"The object store cannot be read: {error.strerror}.") from error

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self._close()
