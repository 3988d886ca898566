"""Profiles of people who log in, as every request needs them: fast, and outside of any unit of work."""

from collections.abc import Sequence
from typing import Protocol

from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId


class Somebody(Protocol):
    """Whom a good token is of, or an account."""

    @property
    def id(self) -> UserId: ...

    @property
    def email(self) -> str | None: ...

    @property
    def name(self) -> str | None: ...


class People(Protocol):
    async def seen(self, person: Somebody) -> Role | None:
        """Their role; None when they were deleted here, whatever their token says.

        Who is new gets a profile, a credit account and preferences, once, however many requests come at
        the same time. Address and name follow when the provider's have changed. Raises Unavailable.
        """
        ...

    async def unforgotten(self, *, most: int) -> Sequence[UserId]:
        """Who was deleted here and may have an account at the provider still; oldest first."""
        ...

    async def forgotten(self, user_id: UserId) -> None:
        """The provider has no account of this one any more."""
        ...
