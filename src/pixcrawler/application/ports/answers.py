"""Answers to requests that may be sent again."""

from datetime import timedelta
from typing import Protocol, TypeVar

import msgspec

from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.once import Once

A = TypeVar("A", bound=msgspec.Struct)


class Answers(Protocol):
    """Kept in the commit of the effect, so that there is never one without the other."""

    async def find(self, once: Once | None, *, owner: UserId, type: type[A]) -> A | None:  # noqa: A002 -- the word that msgspec uses
        """The answer that was given before; None for the first time, and without a key.

        Nobody else can use this owner's key at this route until the unit of work ends.

        Raises:
            IdempotencyInFlight: somebody else does right now.
            IdempotencyMismatch: the key was used for another request.
        """
        ...

    async def keep(self, once: Once | None, answer: msgspec.Struct, *, owner: UserId) -> None:
        """The commit keeps the answer. Nothing happens without a key.

        When another request with the key was committed meanwhile, this or the commit raises
        IdempotencyInFlight.
        """
        ...

    async def forget(self, *, older_than: timedelta, most: int) -> int:
        """Drop answers of long ago; how many."""
        ...
