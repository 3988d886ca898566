"""Lists that come in pages."""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

FARTHEST = 10_000
"""How far pages reach, and where the count of a filtered list stops."""


class Window(msgspec.Struct, frozen=True):
    """Which part of a list: page numbers start at 1."""

    page: int = 1
    size: int = 20

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


class Found(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One window of a list. ``exact`` is False when ``total`` stopped counting at ``FARTHEST``;
    ``next_cursor`` leads to what follows in lists that have cursors."""

    items: list[T]
    total: int
    exact: bool = True
    next_cursor: str | None = None
