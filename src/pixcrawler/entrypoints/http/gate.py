"""What every request passes, in one layer: its id, where it is from, its host, its time limit, its headers,
its log line.

One layer instead of seven, because each would cost more than all of the work that they do.
"""

import asyncio
import ipaddress
import re
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from pixcrawler.entrypoints.http.client_address import ClientAddress
from pixcrawler.entrypoints.http.compression import takes_gzip
from pixcrawler.entrypoints.http.cors import PREFLIGHT, Cors, is_preflight
from pixcrawler.entrypoints.http.outgoing import Header, Outgoing
from pixcrawler.entrypoints.http.time_limit import TimeLimit

_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
LONGEST = 300
"""Bytes of headers that are remembered: what is longer is no name, and no list of encodings."""
_UNHEARD = frozenset({"/health", "/api/v1/health"})
"""Asked every few seconds by machines; told only when something is wrong."""
_ALWAYS: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_LINKED: list[Header] = [*_ALWAYS[:-1], (b"cross-origin-resource-policy", b"cross-origin")]
"""Of files behind signed links, which a page elsewhere may show: the link is the leave."""
_LINKS = "/api/v1/files/"
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``hosts``: names that this server goes by, ``*`` for any. ``limit``: seconds until an answer begins."""

    hosts: frozenset[str]
    limit: float
    production: bool
    clients: ClientAddress
    cors: Cors


class Gate:
    """ASGI middleware around the whole application, so that it also sees what no route takes."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self._app = app
        self._rules = rules
        self._limit = TimeLimit(rules.limit)
        self._varies = (b"origin",) if rules.cors.varies else ()
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
        scope["state"]["client"] = self._rules.clients.of(scope["client"], scope["headers"])
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = Outgoing(
            scope,
            send,
            self._limit,
            began,
            self._on_top(scope, headers, (b"x-request-id", given)),
            gzip=takes_gzip(headers.get(b"accept-encoding", b"")[:LONGEST]),
            varies=self._varies,
        )
        try:
            await self._pass(scope, receive, answer, headers)
        except asyncio.CancelledError:
            if answer.status or not self._limit.was_late(answer.task):
                raise
            sentence = f"This took longer than {self._rules.limit:g} seconds and was given up. Try again."
            await answer.refuse(503, "TOO_SLOW", sentence, request_id=request_id)
        finally:
            self._limit.stop(answer.task)
            if not 0 < answer.status < 400 or scope["path"] not in _UNHEARD:
                self._tell(scope, answer.status, time.perf_counter() - began)

    async def _pass(
        self, scope: HTTPScope, receive: Receive, answer: Outgoing, headers: dict[bytes, bytes]
    ) -> None:
        """To the application, unless it is none of its business."""
        request_id = scope["state"]["request_id"]
        if not self._is_ours(headers.get(b"host", b"")[:LONGEST]) or _holds_nul(scope):
            await answer.refuse(400, *_why(scope), request_id=request_id)
        elif self._rules.cors.answers and is_preflight(scope["method"], headers):
            refusal = self._rules.cors.refusal(headers)
            if refusal is None:
                await answer.nothing(PREFLIGHT)
            else:
                await answer.refuse(403, "CORS_REFUSED", refusal, request_id=request_id)
        else:
            await self._app(scope, receive, answer)

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

    def _on_top(self, scope: HTTPScope, headers: dict[bytes, bytes], request_id: Header) -> list[Header]:
        fixed = _LINKED if scope["path"].startswith(_LINKS) else _ALWAYS
        more = [request_id, *fixed, *self._rules.cors.headers(headers.get(b"origin"))]
        if self._rules.production and (
            scope["scheme"] == "https" or headers.get(b"x-forwarded-proto") == b"https"
        ):
            more.append(_HSTS)
        return more

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
