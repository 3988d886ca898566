"""A cache that keeps nothing, for those who want none."""

from collections import Counter
from typing import TypeVar

from pixcrawler.application.ports.cache import Shelf

V = TypeVar("V")


class NoCache:
    def __init__(self) -> None:
        self.uses: Counter[tuple[str, str]] = Counter()

    async def get(self, shelf: Shelf[V], name: str) -> V | None:  # noqa: ARG002 -- see the port
        return None

    async def put(self, shelf: Shelf[V], name: str, value: V, *, seconds: float) -> None: ...
