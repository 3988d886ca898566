"""An object on its way out of Supabase Storage, piece by piece."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Self

import httpx

from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.supabase_errors import told

PIECE = 256 * 1024
AGAIN = 5
"""How often a download that broke off is taken up where it broke."""
_TOTAL = re.compile(r"bytes (?:\d+-\d+|\*)/(\d+)")

Reopen = Callable[[int, str | None], Awaitable[httpx.Response]]


def range_of(start: int, length: int | None) -> dict[str, str]:
    """The header that asks for ``length`` bytes from ``start``, or for all that follow."""
    return {"range": f"bytes={start}-{'' if length is None else start + length - 1}"}


def size_in(answer: httpx.Response) -> int:
    """The size of the whole object, which the answer to a request for a part of it tells."""
    total = _TOTAL.fullmatch(answer.headers.get("content-range", ""))
    if total is None:
        return len(answer.content) if answer.status_code == httpx.codes.OK else 0
    return int(total[1])


class SupabasePieces:
    """``reopen(at, etag)`` gives the same object again, from byte ``at`` of what was asked for."""

    def __init__(self, answer: httpx.Response, reopen: Reopen, length: int | None, place: Place) -> None:
        self._answer = answer
        self._bytes: AsyncIterator[bytes] | None = None
        self._etag = answer.headers.get("etag")
        self._reopen = reopen
        self._place = place
        self._at = 0
        self._again = 0
        empty = answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
        self._length = 0 if empty else length
        if self._length != 0:
            self._bytes = answer.aiter_bytes(PIECE)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while self._bytes is not None:
            try:
                piece = await anext(self._bytes)
            except StopAsyncIteration:
                break
            except httpx.TransportError as error:
                await self._take_up(error)
                continue
            piece = piece[: self._length - self._at] if self._length is not None else piece
            if not piece:
                break
            self._at += len(piece)
            return piece
        await self.aclose()
        raise StopAsyncIteration

    async def _take_up(self, error: httpx.TransportError) -> None:
        self._again += 1
        await self._answer.aclose()
        if self._again > AGAIN:
            raise told(error, None, self._place) from error
        self._answer = await self._reopen(self._at, self._etag)
        self._bytes = self._answer.aiter_bytes(PIECE)

    async def aclose(self) -> None:
        self._bytes = None
        await self._answer.aclose()
