"""What a process knew a moment ago, so that it need not ask the database on every request."""

from typing import Generic, TypeVar

from pixcrawler.application.ports.clock import Ticks

K = TypeVar("K")
V = TypeVar("V")

LIFE = 3.0
"""Seconds for which something found is believed in; a revoked key must be refused everywhere within 5."""
MOST = 1024


class Recent(Generic[K, V]):
    """What was found a moment ago. Refusals are not kept, so strangers cannot fill it."""

    def __init__(self, ticks: Ticks, *, most: int = MOST) -> None:
        self.ticks = ticks
        self._most = most
        self._found: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """None when not known, or not known for sure any more."""
        found = self._found.get(key)
        return found[1] if found is not None and self.ticks() - found[0] < LIFE else None

    def keep(self, key: K, value: V, *, asked: float) -> None:
        """``asked``: ticks before the question was put; the answer may have changed since. The one that was
        asked for longest ago makes room."""
        self._found.pop(key, None)
        if len(self._found) >= self._most:
            del self._found[next(iter(self._found))]
        self._found[key] = asked, value
