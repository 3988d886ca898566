"""Time, identity and chance, from outside."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, in UTC."""
        ...


class Ticks(Protocol):
    def __call__(self) -> float:
        """Seconds on a clock that nobody sets and that never goes back; its start means nothing."""
        ...


class RandomBytes(Protocol):
    def __call__(self, size: int, /) -> bytes:
        """So many bytes that nobody can foresee."""
        ...


class NewId(Protocol):
    def __call__(self) -> UUID:
        """A fresh UUID of version 7 (RFC 9562): later ones sort after earlier ones."""
        ...
