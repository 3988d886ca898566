"""Profiles as people see them."""

from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.plans import Plan


class ProfileFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which profiles. ``email`` is how the address begins, ``search`` a part of the name or the address;
    neither minds upper case."""

    role: Role | None = None
    email: str | None = None
    search: str | None = None


class ProfileDetail(msgspec.Struct, frozen=True):
    """A person's profile. `email` is null for those who only have API keys."""

    id: UserId
    email: str | None
    name: str
    avatar_url: str | None
    onboarded: bool
    role: Role
    plan: Plan
    created_at: datetime
    updated_at: datetime


class ProfileReads(Protocol):
    async def profiles(
        self, which: ProfileFilter, window: Window, *, visible_to: Actor
    ) -> Found[ProfileDetail]:
        """Newest first. Raises SuperusersOnly."""
        ...

    async def profile(self, user_id: UserId, *, visible_to: Actor) -> ProfileDetail:
        """Raises UserNotFound."""
        ...
