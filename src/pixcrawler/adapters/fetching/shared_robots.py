"""What sites' robots.txt say, fetched by one process and known to all.

It is trusted as far as the cache tells our own words from others', and no further: an answer counts for the
origin that is written in it, from the moment at which it was fetched, a day at most (RFC 9309, 2.4). That a
site did not answer is not shared: each process finds out by itself, and for a few minutes only.
"""

import time
from collections.abc import Callable

import msgspec

from pixcrawler.application.ports.cache import Cache, Shelf

DAY = 86_400.0
APART = 60.0
"""Seconds by which the clocks of two machines may differ."""


class RobotsText(msgspec.Struct, frozen=True):
    """The text of an origin, empty where it has no rules; ``at`` is when it came, in Unix seconds."""

    origin: str
    text: str
    at: float


ROBOTS = Shelf(name="robots", kind=RobotsText, largest=1024 * 1024)


class SharedRobots:
    """``seconds``, a day at most, is how long a text is used."""

    def __init__(self, cache: Cache, *, seconds: float = DAY, now: Callable[[], float] = time.time) -> None:
        self._cache = cache
        self._seconds = min(seconds, DAY)
        self._now = now

    async def get(self, origin: str) -> tuple[str, float] | None:
        """The text, and for how many seconds more it may be used."""
        found = await self._cache.get(ROBOTS, origin)
        if found is None or found.origin != origin:
            return None
        age = self._now() - found.at
        left = self._seconds - max(age, 0.0)
        return (found.text, left) if age > -APART and left > 0 else None

    async def put(self, origin: str, text: str) -> None:
        """It has just come from there."""
        kept = RobotsText(origin, text, self._now())
        await self._cache.put(ROBOTS, origin, kept, seconds=self._seconds)
