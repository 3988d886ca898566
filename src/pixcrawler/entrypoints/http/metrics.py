"""What Prometheus reads of this process, and through it of all processes that serve the same API.

Granian's processes write into files of one folder (the client library's multiprocess mode), so whichever of
them is asked tells the sum. The library looks for that folder when it is imported: not before a process has
been forked, and so not at the head of this file.
"""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pixcrawler.entrypoints.http.shared_folder import FOLDER, Present, forget_the_dead

if TYPE_CHECKING:
    from prometheus_client import Gauge, Metric

    from pixcrawler.entrypoints.http.tally import Tally

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BROKEN_OFF: Final = 499
"""The status, as nginx has it, of a request that ended before its answer began."""


class Metrics:
    """Labels take few values: a route is its template, a method one of HTTP's, never what a client wrote."""

    def __init__(self) -> None:
        import prometheus_client as library

        from pixcrawler.entrypoints.http.tally import BUCKETS, SecondsHistogram

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
        self._seconds = SecondsHistogram(
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
        self._tallies: dict[tuple[str, str, int], Tally] = {}

    def _now(self, name: str, what: str, *labels: str) -> "Gauge":
        """A number that may fall: the sum over the processes that are there."""
        from prometheus_client import Gauge

        return Gauge(f"pixcrawler_{name}", what, labels, multiprocess_mode="livesum", registry=self.registry)

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request; ``route`` is a template. ``sample`` writes it down."""
        kind = method if method in METHODS else "other", route, status
        tally = self._tallies.get(kind)
        if tally is None:
            tally = self._tallies[kind] = self._tally(*kind)
        tally.note(seconds)

    def _tally(self, method: str, route: str, status: int) -> "Tally":
        from pixcrawler.entrypoints.http.tally import Tally

        return Tally(self._requests.labels(method, route, status), self._seconds.labels(method, route))

    def sample(
        self, uses: Mapping[tuple[str, str], int], connections: Mapping[str, int], *, listeners: int
    ) -> None:
        """What was noted since the last time, how things stand now, and what others count: ``uses`` of the
        cache since the start, the pools' connections. Called now and then, so that no request pays for it."""
        for tally in self._tallies.values():
            tally.write()
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
