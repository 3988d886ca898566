"""Servers from which nothing is to be had for now."""

import time

MOST_KNOWN = 10_000


class DeadHosts:
    """After ``limit`` failures in a row a server counts as dead for ``rest`` seconds, so that a list of a
    thousand URLs on it does not wait for a thousand timeouts."""

    def __init__(self, *, limit: int = 5, rest: float = 60.0) -> None:
        self._limit = limit
        self._rest = rest
        self._failures: dict[str, tuple[int, float]] = {}

    def is_dead(self, authority: str) -> bool:
        if not self._failures:
            return False
        count, last = self._failures.get(authority, (0, 0.0))
        return count >= self._limit and time.monotonic() - last < self._rest

    def failed(self, authority: str) -> None:
        count, _ = self._failures.pop(authority, (0, 0.0))
        while len(self._failures) >= MOST_KNOWN:
            del self._failures[next(iter(self._failures))]
        self._failures[authority] = (count + 1, time.monotonic())

    def lives(self, authority: str) -> None:
        if self._failures:
            self._failures.pop(authority, None)
