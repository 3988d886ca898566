"""Whether what the platform stands on works."""

from typing import Protocol

import msgspec


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks of the platform's lane. ``oldest_seconds``: how long the oldest that is due has waited."""

    waiting: int
    running: int
    oldest_seconds: float | None


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
