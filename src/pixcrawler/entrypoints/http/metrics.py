"""What Prometheus reads of this process, and through it of all processes that serve the same API.

Granian's processes write into files of one folder (the client library's multiprocess mode), so whichever of
them is asked tells the sum. The library looks for that folder when it is imported: not before a process has
been forked, and so not at the head of this file.
"""

import os
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from pixcrawler.entrypoints.http.shared_folder import FOLDER, Present, forget_the_dead

if TYPE_CHECKING:
    from prometheus_client import Counter as CounterMetric
    from prometheus_client import Gauge, Histogram, Metric

BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BROKEN_OFF: Final = 499
"""The status, as nginx has it, of a request that ended before its answer began."""


class Metrics:
    """Labels take few values: a route is its template, a method one of HTTP's, never what a client wrote."""

    def __init__(self) -> None:
        import prometheus_client as library

        folder = os.environ.get(FOLDER)
        self._folder = None if folder is None else Path(folder)
        self._present = None if self._folder is None else Present(self._folder)
        self.registry = library.CollectorRegistry()
        self._requests = library.Counter(
            "pixcrawler_http_requests",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = library.Histogram(
            "pixcrawler_http_request_seconds",
            "Seconds until the answer began.",
            ["method", "route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.under_way = 0
        self._under_way = self._now("http_requests_in_flight", "Requests whose answer has not ended.")
        self._listeners = self._now("live_listeners", "Streams of jobs' events that are open.")
        self._connections = self._now("database_connections", "Connections of the pools.", "state")
        self._questions = library.Counter(
            "pixcrawler_cache_questions",
            "Questions to the cache, by what became of them.",
            ["shelf", "outcome"],
            registry=self.registry,
        )
        self._counted: Counter[tuple[str, str]] = Counter()
        self._known: dict[tuple[str, str, int], tuple[CounterMetric, Histogram]] = {}

    def _now(self, name: str, what: str, *labels: str) -> "Gauge":
        """A number that may fall: the sum over the processes that are there."""
        from prometheus_client import Gauge

        return Gauge(f"pixcrawler_{name}", what, labels, multiprocess_mode="livesum", registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request; ``route`` is a template."""
        known = self._known.get((method, route, status)) or self._met(method, route, status)
        known[0].inc()
        known[1].observe(seconds)

    def _met(self, method: str, route: str, status: int) -> "tuple[CounterMetric, Histogram]":
        named = method if method in METHODS else "other"
        met = (self._requests.labels(named, route, status), self._seconds.labels(named, route))
        if named == method:
            self._known[method, route, status] = met
        return met

    def sample(
        self, uses: Mapping[tuple[str, str], int], connections: Mapping[str, int], *, listeners: int
    ) -> None:
        """How things stand now, and what others count: ``uses`` of the cache since the start, the pools'
        connections. Written down now and then, so that no request pays for it."""
        for labels, number in uses.items():
            if more := number - self._counted[labels]:
                self._questions.labels(*labels).inc(more)
                self._counted[labels] = number
        for state, number in connections.items():
            self._connections.labels(state).set(number)
        self._under_way.set(self.under_way)
        self._listeners.set(listeners)

    def text(self, more: "Iterable[Metric]") -> bytes:
        """Prometheus' text format 0.0.4 for all processes, and ``more``. It reads files: not for the loop."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        told = self.registry
        if self._folder is not None:
            forget_the_dead(self._folder)
            told = CollectorRegistry()
            MultiProcessCollector(told, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(told) + generate_latest(_Once(more))

    def close(self) -> None:
        if self._present is not None:
            self._present.close()


class _Once:
    """A registry's one method that counts, over metrics that are there already."""

    def __init__(self, metrics: "Iterable[Metric]") -> None:
        self._metrics = metrics

    def collect(self) -> "Iterable[Metric]":
        return self._metrics


class Measured:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        metrics, began = self._metrics, time.perf_counter()
        status, ended = BROKEN_OFF, 0.0

        async def sending(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status, ended = message["status"], time.perf_counter()
            await send(message)

        metrics.under_way += 1
        try:
            await self._app(scope, receive, sending)
        finally:
            metrics.under_way -= 1
            route = scope.get("path_template") or "none"
            metrics.note(scope["method"], route, status, (ended or time.perf_counter()) - began)
