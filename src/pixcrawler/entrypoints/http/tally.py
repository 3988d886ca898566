"""Counting in this process, written down for all of them now and then.

The client library writes every number at once into the file that the processes share, three numbers a
request. Imported late, as the library itself: see ``metrics``.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from prometheus_client import Counter, Histogram

BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds."""


class SecondsHistogram(Histogram):
    """A histogram over ``BUCKETS`` that takes many observations at once."""

    def add(self, counts: Sequence[int], seconds: float) -> None:
        """How many came into each bucket, the last of which has no upper bound, and their sum."""
        self._sum.inc(seconds)
        for bucket, count in zip(self._buckets, counts, strict=True):
            if count:
                bucket.inc(count)


class Tally:
    """Requests of one kind."""

    __slots__ = ("_counts", "_requests", "_seconds", "_took")

    def __init__(self, requests: Counter, seconds: SecondsHistogram) -> None:
        self._requests = requests
        self._seconds = seconds
        self._counts = [0] * (len(BUCKETS) + 1)
        self._took = 0.0

    def note(self, seconds: float) -> None:
        self._counts[bisect_left(BUCKETS, seconds)] += 1
        self._took += seconds

    def write(self) -> None:
        """What came since the last time."""
        if requests := sum(self._counts):
            self._requests.inc(requests)
            self._seconds.add(self._counts, self._took)
            self._counts = [0] * len(self._counts)
            self._took = 0.0
