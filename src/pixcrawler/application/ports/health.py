"""Whether what the platform stands on works."""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class QueueBacklog(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks of one queue. ``oldest_seconds``: how long the oldest that is due has waited."""

    waiting: int
    running: int
    oldest_seconds: float | None


class Backlog(msgspec.Struct, frozen=True):
    """Tasks of the platform's lane, by queue; one with no open task need not be named."""

    queues: Mapping[str, QueueBacklog]

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.queues.values())

    @property
    def running(self) -> int:
        return sum(one.running for one in self.queues.values())

    @property
    def oldest_seconds(self) -> float | None:
        waited = [one.oldest_seconds for one in self.queues.values() if one.oldest_seconds is not None]
        return max(waited, default=None)


class Health(Protocol):
    """Each of these raises Unavailable when what it asks does not answer."""

    async def backlog(self) -> Backlog:
        """From the database."""
        ...

    async def workers(self) -> int:
        """From Redis: how many workers of the platform's lane were seen in the last minute."""
        ...

    async def limiter(self) -> None:
        """Whether requests can be counted; nothing to say where they are not."""
        ...

    async def store(self) -> None:
        """Whether the stores answer, of pictures and of what is archived."""
        ...
