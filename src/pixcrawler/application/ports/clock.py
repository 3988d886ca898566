"""Time and identity, from outside."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, in UTC."""
        ...


class NewId(Protocol):
    def __call__(self) -> UUID:
        """A fresh UUID of version 7 (RFC 9562): later ones sort after earlier ones."""
        ...
