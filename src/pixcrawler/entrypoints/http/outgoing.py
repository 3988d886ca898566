"""The way back of an answer: its headers, its size, its status, and the clock that stops when it begins."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

import msgspec
from litestar.types import HTTPResponseStartEvent, HTTPScope, Message, Send

from pixcrawler.entrypoints.http.compression import LARGE, SMALLEST, may_be_packed, packed
from pixcrawler.entrypoints.http.errors import Detail, ErrorBody
from pixcrawler.entrypoints.http.time_limit import TimeLimit

Header: TypeAlias = tuple[bytes, bytes]

_FRESH = (b"cache-control", b"no-store")
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Outgoing:
    """``more`` headers come on top. ``gzip``: the client takes it. ``varies``: on what, besides that, an
    answer depends."""

    __slots__ = ("_gzip", "_held", "_limit", "_more", "_scope", "_send", "_varies", "status", "task")

    def __init__(
        self,
        scope: HTTPScope,
        send: Send,
        limit: TimeLimit,
        began: float,
        more: Sequence[Header],
        *,
        gzip: bool,
        varies: tuple[bytes, ...],
    ) -> None:
        self._scope = scope
        self._send = send
        self._limit = limit
        self._more = more
        self._gzip = gzip
        self._varies = varies
        self._held: HTTPResponseStartEvent | None = None
        self.task = limit.start(began)
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._limit.stop(self.task)
            if self._finish(message):
                self._held = message
                return
        elif self._held is not None and message["type"] == "http.response.body":
            start, self._held = self._held, None
            body = message["body"]
            if self._gzip and len(body) >= SMALLEST and not message.get("more_body"):
                message["body"] = await _pack(start, body)
            await self._send(start)
        await self._send(message)

    def _finish(self, message: HTTPResponseStartEvent) -> bool:
        """Add the headers. True: what the body is decides whether it is packed."""
        given = dict(message["headers"])
        headers = [*message["headers"], *self._more]
        if (limits := self._scope["state"].get("limits")) is not None:
            headers += limits
        if _FRESH[0] not in given:
            headers.append(_FRESH)
        if _POLICY[0] not in given:
            headers.append(_POLICY)
        packable = self._scope["method"] != "HEAD" and may_be_packed(
            self._scope["path"], given.get(b"content-type", b""), given
        )
        if packable or self._varies:
            varies = (b"accept-encoding", *self._varies) if packable else self._varies
            headers.append((b"vary", b", ".join(varies)))
        message["headers"] = headers
        return packable

    async def refuse(self, status: int, code: str, sentence: str, *, request_id: str) -> None:
        """An error in the usual envelope, from outside of the framework."""
        body = msgspec.json.encode(ErrorBody(sentence, [Detail(sentence, code, None)], request_id))
        length = str(len(body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        if status == 503:
            headers.append((b"retry-after", b"5"))
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})

    async def nothing(self, headers: Sequence[Header]) -> None:
        """204 with these headers."""
        await self({"type": "http.response.start", "status": 204, "headers": headers})
        await self({"type": "http.response.body", "body": b"", "more_body": False})


async def _pack(start: HTTPResponseStartEvent, body: bytes) -> bytes:
    small = packed(body) if len(body) < LARGE else await asyncio.to_thread(packed, body)
    headers = [one for one in start["headers"] if one[0] != b"content-length"]
    start["headers"] = [
        *headers,
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(small)).encode()),
    ]
    return small
