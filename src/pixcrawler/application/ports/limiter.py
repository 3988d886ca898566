"""How often things may be asked for, counted for all processes together."""

from collections.abc import Sequence
from math import ceil
from typing import Protocol

import msgspec

from pixcrawler.domain.shared.errors import LimitReached, Unavailable


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """``most`` within any ``seconds``. ``name`` is what clients read of it, such as ``read`` or ``key``;
    ``who`` whose it is: a user, a key, an address. Both together are the counter's key."""

    name: str
    who: str
    most: int
    seconds: int


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """How a quota stands: ``remaining`` can be asked for now, ``reset`` seconds until all of it can be again,
    ``wait`` seconds until one more can be: 0 when it can be now."""

    quota: Quota
    remaining: int
    reset: float
    wait: float


class RateLimited(LimitReached):
    """One of the quotas of a request, ``lefts``, is used up. ``retry_after`` is in whole seconds."""

    code = "RATE_LIMITED"

    def __init__(self, lefts: Sequence[Left]) -> None:
        tight = max(lefts, key=lambda left: left.wait)
        self.lefts = lefts
        self.retry_after = max(ceil(tight.wait), 1)
        quota = tight.quota
        super().__init__(
            f"Too many requests: {quota.most} in {quota.seconds} seconds is the limit '{quota.name}'. "
            f"Come back in {self.retry_after} seconds."
        )


class LimiterAway(Unavailable):
    """Nobody can count now."""

    code = "LIMITER_AWAY"

    def __init__(self) -> None:
        super().__init__(
            "Requests cannot be counted now, so what costs is not begun. Reading goes on; try again later."
        )


class Limiter(Protocol):
    async def take(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        """Count one request against all of these at once, or, when one of them is used up, against none.

        In the order given. It was counted unless one has a ``wait`` above 0. Atomic over all processes.
        Raises LimiterAway within two seconds when nobody can count.
        """
        ...

    async def look(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        """The same without counting anything."""
        ...
