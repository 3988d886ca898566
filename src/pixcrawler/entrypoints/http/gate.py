"""What every request passes, in one layer: its id, its host, its time limit, its headers, its log line.

One layer instead of five, because each would cost more than all of the work that they do.
"""

import asyncio
import ipaddress
import re
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import TypeAlias

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from pixcrawler.entrypoints.http.errors import Detail, ErrorBody
from pixcrawler.entrypoints.http.time_limit import TimeLimit

Header: TypeAlias = tuple[bytes, bytes]

_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_UNHEARD = frozenset({"/health", "/api/v1/health"})
"""Asked every few seconds by machines; told only when something is wrong."""
_ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_FRESH = (b"cache-control", b"no-store")
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``hosts``: names that this server goes by, ``*`` for any. ``limit``: seconds until an answer begins."""

    hosts: frozenset[str]
    limit: float
    production: bool


class Gate:
    """ASGI middleware around the whole application, so that it also sees what no route takes."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._limit = TimeLimit(rules.limit)
        self._is_ours = lru_cache(maxsize=256)(self._names_us)
        self._start = secrets.token_hex(6)
        self._numbers = count(1)
        self._log = structlog.get_logger("pixcrawler.http").bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id")
        if given is None or not _GOOD_ID.fullmatch(given):
            given = f"{self._start}-{next(self._numbers):x}".encode()
        scope["state"]["request_id"] = request_id = given.decode()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(send, self._limit, began, (b"x-request-id", given), self._on_top(scope, headers))
        try:
            if self._is_ours(headers.get(b"host", b"")) and not _holds_nul(scope):
                await self._app(scope, receive, answer)
            else:
                await answer.refuse(400, *_why(scope), request_id=request_id)
        except asyncio.CancelledError:
            if answer.status or not self._limit.was_late(answer.task):
                raise
            sentence = f"This took longer than {self._rules.limit:g} seconds and was given up. Try again."
            await answer.refuse(503, "TOO_SLOW", sentence, request_id=request_id)
        finally:
            self._limit.stop(answer.task)
            if not 0 < answer.status < 400 or scope["path"] not in _UNHEARD:
                self._tell(scope, answer.status, time.perf_counter() - began)

    def _names_us(self, host: bytes) -> bool:
        """An address names nobody, so a page elsewhere cannot make a browser believe that it is its own."""
        name = re.sub(r":\d*$", "", host.decode("latin-1")).lower().rstrip(".")
        if {"*", name} & self._rules.hosts:
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True

    def _on_top(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> list[Header]:
        if not self._rules.production:
            return _ALWAYS
        secure = scope["scheme"] == "https" or headers.get(b"x-forwarded-proto") == b"https"
        return [*_ALWAYS, _HSTS] if secure else _ALWAYS

    def _tell(self, scope: HTTPScope, status: int, seconds: float) -> None:
        """One line per request: no body, no query, no header."""
        told = {
            "method": scope["method"],
            "route": scope.get("path_template") or "none",
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        if (actor := scope["state"].get("actor_id")) is not None:
            told["actor"] = str(actor)
        self._log.info("request", **told)


def _holds_nul(scope: HTTPScope) -> bool:
    """U+0000, which no name holds and Postgres refuses."""
    return b"%00" in scope["query_string"] or "\0" in scope["path"]


def _why(scope: HTTPScope) -> tuple[str, str]:
    if _holds_nul(scope):
        return "MALFORMED_REQUEST", "An address may not hold the character U+0000."
    return "UNKNOWN_HOST", "This server does not go by that name; API_ALLOWED_HOSTS lists its names."


class _Answer:
    """The way back: adds headers, remembers the status, and stops the clock when the answer begins."""

    __slots__ = ("_id", "_limit", "_more", "_send", "status", "task")

    def __init__(
        self, send: Send, limit: TimeLimit, began: float, request_id: Header, more: list[Header]
    ) -> None:
        self._send = send
        self._limit = limit
        self._id = request_id
        self._more = more
        self.task = limit.start(began)
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._limit.stop(self.task)
            names = {name for name, _ in message["headers"]}
            headers = [*message["headers"], self._id, *self._more]
            if _FRESH[0] not in names:
                headers.append(_FRESH)
            if _POLICY[0] not in names:
                headers.append(_POLICY)
            message["headers"] = headers
        await self._send(message)

    async def refuse(self, status: int, code: str, sentence: str, *, request_id: str) -> None:
        """An error in the usual envelope, from outside of the framework."""
        body = msgspec.json.encode(ErrorBody(sentence, [Detail(sentence, code, None)], request_id))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 503:
            headers.append((b"retry-after", b"5"))
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})
