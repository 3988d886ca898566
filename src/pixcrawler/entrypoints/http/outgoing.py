"""The way back of an answer: its headers, its size, its status, and the clock that stops when it begins."""

import asyncio
import time
from collections.abc import Sequence
from typing import TypeAlias

import msgspec
from litestar.types import HTTPResponseStartEvent, HTTPScope, Message, Send

from pixcrawler.entrypoints.http.compression import LARGE, SMALLEST, may_be_packed, packed
from pixcrawler.entrypoints.http.errors import Detail, ErrorBody
from pixcrawler.entrypoints.http.time_limit import TimeLimit

Header: TypeAlias = tuple[bytes, bytes]

_FRESH = (b"cache-control", b"no-store")
_OPENER = (b"cross-origin-opener-policy", b"same-origin")
"""It says something of documents alone."""
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Manner:
    """What is the same for all answers of a server: their time ``limit``, and on what, besides the encodings
    that a client takes, they depend (``varies``)."""

    __slots__ = ("limit", "other", "packable")

    def __init__(self, limit: TimeLimit, varies: tuple[bytes, ...]) -> None:
        self.limit = limit
        self.packable = _vary((b"accept-encoding", *varies))
        self.other = _vary(varies)


def _vary(names: tuple[bytes, ...]) -> Sequence[Header]:
    return [(b"vary", b", ".join(names))] if names else []


class Outgoing:
    """``more`` headers come on top. ``gzip``: the client takes it. ``task`` is the one that asks.

    ``status`` is 0, and so is ``began`` (by ``time.perf_counter``), until the answer begins.
    """

    __slots__ = ("_gzip", "_held", "_manner", "_more", "_scope", "_send", "_task", "began", "status")

    def __init__(
        self,
        scope: HTTPScope,
        send: Send,
        manner: Manner,
        task: asyncio.Task[object],
        more: Sequence[Header],
        *,
        gzip: bool,
    ) -> None:
        self._scope = scope
        self._send = send
        self._manner = manner
        self._task = task
        self._more = more
        self._gzip = gzip
        self._held: HTTPResponseStartEvent | None = None
        self.status = 0
        self.began = 0.0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began = time.perf_counter()
            self._manner.limit.stop(self._task)
            if self._finish(message) and self._gzip:
                self._held = message
                return
        elif self._held is not None and message["type"] == "http.response.body":
            start, self._held = self._held, None
            body = message["body"]
            if len(body) >= SMALLEST and not message.get("more_body"):
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
        if given.get(b"content-type", b"").startswith(b"text/html"):
            headers.append(_OPENER)
        packable = self._scope["method"] != "HEAD" and may_be_packed(self._scope["path"], given)
        headers += self._manner.packable if packable else self._manner.other
        message["headers"] = headers
        return packable

    async def refuse(self, status: int, code: str, sentence: str) -> None:
        """An error in the usual envelope, from outside of the framework."""
        request_id = self._scope["state"]["request_id"]
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
