"""What every request passes, in one layer: its id, its host, its time limit, its headers, its log line."""

import asyncio
import ipaddress
import re
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from pixcrawler.entrypoints.http.errors import Detail, ErrorBody

log = structlog.get_logger("pixcrawler.http")

_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_UNHEARD = frozenset({"/health"})
"""Asked every few seconds by machines; told only when something is wrong."""
_ALWAYS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
_UNLESS_SET = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
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
        self._is_ours = lru_cache(maxsize=256)(self._names_us)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex.encode()
        scope["state"]["request_id"] = name = request_id.decode()
        bound = structlog.contextvars.bind_contextvars(request_id=name)
        answer = _Answer(send, [(b"x-request-id", request_id), *self._on_top(scope, headers)])
        try:
            if (refusal := self._refusal(scope, headers)) is not None:
                await answer.refuse(400, *refusal, request_id=name)
            else:
                await self._pass(scope, receive, answer, name)
        finally:
            _tell(scope, answer.status, time.perf_counter() - began)
            structlog.contextvars.reset_contextvars(**bound)

    async def _pass(self, scope: Scope, receive: Receive, answer: "_Answer", request_id: str) -> None:
        try:
            async with asyncio.timeout(self._rules.limit) as answer.clock:
                await self._app(scope, receive, answer)
        except TimeoutError:
            if answer.status:
                raise
            answer.clock = None
            sentence = f"This took longer than {self._rules.limit:g} seconds and was given up. Try again."
            await answer.refuse(503, "TOO_SLOW", sentence, request_id=request_id)

    def _refusal(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> tuple[str, str] | None:
        if not self._is_ours(headers.get(b"host", b"")):
            return "UNKNOWN_HOST", "This server does not go by that name; API_ALLOWED_HOSTS lists its names."
        if b"%00" in scope["query_string"] or "\0" in scope["path"]:
            return "MALFORMED_REQUEST", "An address may not hold the character U+0000."
        return None

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

    def _on_top(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        if not self._rules.production:
            return _ALWAYS
        secure = scope["scheme"] == "https" or headers.get(b"x-forwarded-proto") == b"https"
        return [*_ALWAYS, _HSTS] if secure else _ALWAYS


class _Answer:
    """The way back: adds headers, remembers the status, and stops the clock when the answer begins."""

    __slots__ = ("_headers", "_send", "clock", "status")

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._headers = headers
        self.clock: asyncio.Timeout | None = None
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.clock is not None:
                self.clock.reschedule(None)
            there = [*message["headers"], *self._headers]
            names = {name for name, _ in there}
            message["headers"] = there + [one for one in _UNLESS_SET if one[0] not in names]
        await self._send(message)

    async def refuse(self, status: int, code: str, sentence: str, *, request_id: str) -> None:
        """An error in the usual envelope, from outside of the framework."""
        body = msgspec.json.encode(ErrorBody(sentence, [Detail(sentence, code, None)], request_id))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 503:
            headers.append((b"retry-after", b"5"))
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": body, "more_body": False})


def _tell(scope: HTTPScope, status: int, seconds: float) -> None:
    """One line per request: no body, no query, no header."""
    say = log.debug if scope["path"] in _UNHEARD and 0 < status < 400 else log.info
    actor = scope["state"].get("actor_id")
    say(
        "request",
        method=scope["method"],
        route=scope.get("path_template") or "none",
        status=status,
        ms=round(seconds * 1000, 1),
        **({} if actor is None else {"actor": str(actor)}),
    )
