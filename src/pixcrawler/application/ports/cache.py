"""Answers that are kept for a while, so that they need not be made again."""

from collections import Counter
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf(Generic[V]):
    """Where values of one ``kind`` are kept: anything that msgspec encodes. One of more than ``largest``
    bytes is not kept.

    The shape of ``kind`` is part of every key, so a program never reads what one with another shape wrote.
    A shelf whose values mean something else than before, in the same shape, gets another ``name``.
    """

    name: str
    kind: type[V]
    largest: int


class Cache(Protocol):
    """Whatever is in it may be gone at any moment; callers notice it by the clock alone.

    None of these raises, or waits longer than two seconds; once nobody answers, none waits again for a while.
    A change may not reach it then: keep only what is never wrong under its name, or not for long.
    """

    async def get(self, shelf: Shelf[V], name: str) -> V | None:
        """None when it is not there, cannot be read, or was not put there by us."""
        ...

    async def put(self, shelf: Shelf[V], name: str, value: V, *, seconds: float) -> None:
        """For so long, in place of what was there."""
        ...


class CountedCache(Cache, Protocol):
    """``uses`` counts what became of questions since the start, by shelf and outcome: hit, miss, or away."""

    uses: Counter[tuple[str, str]]
