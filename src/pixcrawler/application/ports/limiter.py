"""How often things may be asked for, counted for all processes together."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


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


class Limiter(Protocol):
    async def take(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        """Count one request against all of these at once, or, when one of them is used up, against none.

        In the order given. It was counted unless one has a ``wait`` above 0. Atomic over all processes.
        Raises Unavailable within two seconds when nobody can count.
        """
        ...
