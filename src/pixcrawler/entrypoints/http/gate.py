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
from pixcrawler.entrypoints.http.metrics import BROKEN_OFF, Metrics
from pixcrawler.entrypoints.http.outgoing import Header, Manner, Outgoing
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

    def __init__(self, app: ASGIApp, rules: Rules, metrics: Metrics) -> None:
        self._app = app
        self._rules = rules
        self._metrics = metrics
        self._limit = TimeLimit(rules.limit)
        self._manner = Manner(self._limit, (b"origin",) if rules.cors.varies else ())
        self._is_ours = lru_cache(maxsize=256)(self._names_us)
        self._start = secrets.token_hex(6)
        self._numbers = count(1)
        self._log = structlog.get_logger("pixcrawler.http").bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        arrived = time.perf_counter()
        headers = dict(scope["headers"])
        more = self._on_top(scope, headers, self._named(scope, headers))
        gzip = takes_gzip(headers.get(b"accept-encoding", b"")[:LONGEST])
        task = self._limit.start(arrived)
        answer = Outgoing(scope, send, self._manner, task, more, gzip=gzip)
        self._metrics.under_way += 1
        try:
            if (refusal := self._refusal(scope, headers)) is not None:
                await answer.refuse(*refusal)
            elif self._rules.cors.answers and is_preflight(scope["method"], headers):
                await answer.nothing(PREFLIGHT)
            else:
                await self._app(scope, receive, answer)
        except asyncio.CancelledError:
            if answer.status or not self._limit.was_late(task):
                raise
            sentence = f"This took longer than {self._rules.limit:g} seconds and was given up. Try again."
            await answer.refuse(503, "TOO_SLOW", sentence)
        finally:
            self._limit.stop(task)
            self._note(scope, answer, arrived)

    def _named(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> bytes:
        """The request's id, its own or a new one. What comes later finds it and where the request is from."""
        given = headers.get(b"x-request-id")
        if given is None or not _GOOD_ID.fullmatch(given):
            given = f"{self._start}-{next(self._numbers):x}".encode()
        state = scope["state"]
        state["request_id"] = request_id = given.decode()
        state["client"] = self._rules.clients.of(scope["client"], scope["headers"])
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return given

    def _refusal(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> tuple[int, str, str] | None:
        """Status, code and sentence for what is none of the application's business."""
        if b"%00" in scope["query_string"] or "\0" in scope["path"]:  # no name holds it, Postgres refuses it
            return 400, "MALFORMED_REQUEST", "An address may not hold the character U+0000."
        if not self._is_ours(headers.get(b"host", b"")[:LONGEST]):
            why = "This server does not go by that name; API_ALLOWED_HOSTS lists its names."
            return 400, "UNKNOWN_HOST", why
        if self._rules.cors.answers and is_preflight(scope["method"], headers):
            refusal = self._rules.cors.refusal(headers)
            return None if refusal is None else (403, "CORS_REFUSED", refusal)
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

    def _on_top(self, scope: HTTPScope, headers: dict[bytes, bytes], request_id: bytes) -> list[Header]:
        fixed = _LINKED if scope["path"].startswith(_LINKS) else _ALWAYS
        more = [(b"x-request-id", request_id), *fixed]
        if b"origin" in headers:
            more += self._rules.cors.headers(headers[b"origin"])
        if self._rules.production and (
            scope["scheme"] == "https" or headers.get(b"x-forwarded-proto") == b"https"
        ):
            more.append(_HSTS)
        return more

    def _note(self, scope: HTTPScope, answer: Outgoing, arrived: float) -> None:
        """Count it, and log a line: no body, no query, no header."""
        seconds = (answer.began or time.perf_counter()) - arrived
        method, route = scope["method"], scope.get("path_template") or "none"
        self._metrics.under_way -= 1
        self._metrics.note(method, route, answer.status or BROKEN_OFF, seconds)
        if 0 < answer.status < 400 and scope["path"] in _UNHEARD:
            return
        ms = round((time.perf_counter() - arrived) * 1000, 1)
        told = {"method": method, "route": route, "status": answer.status, "ms": ms}
        if (actor := scope["state"].get("actor_id")) is not None:
            told["actor"] = str(actor)
        self._log.info("request", **told)
