"""API keys as every request needs them: fast, and outside of any unit of work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId, UserId


class KeyHolder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key it is, and how the key stands. ``hourly_limit`` None is the platform's own."""

    key_id: ApiKeyId
    owner_id: UserId
    role: Role
    scopes: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    hourly_limit: int | None

    @property
    def actor(self) -> Actor:
        return Actor(self.owner_id, self.role, self.scopes, self.key_id, self.hourly_limit)

    def may_enter(self, *, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class KeyUse(msgspec.Struct, frozen=True, kw_only=True):
    """``requests`` that came with a key in the hour that began at ``hour``; the last one, of those that
    this process saw, ``at`` that time from ``address``."""

    key_id: ApiKeyId
    hour: datetime
    requests: int
    at: datetime
    address: str


class KeyRing(Protocol):
    async def holder(self, digest: bytes) -> KeyHolder | None:
        """The one whose key has this digest, also when it opens nothing any more. One indexed query.

        Raises Unavailable.
        """
        ...

    async def used(self, uses: Sequence[KeyUse]) -> None:
        """Add to the counts of these hours, and keep when and from where each key was used last, unless a
        later use is kept. No key and hour comes twice.

        Keys that are gone are passed over. Raises Unavailable, ChangedMeanwhile.
        """
        ...

    async def forget_uses(self, *, older_than: timedelta, most: int) -> int:
        """Drop counts of hours long ago; how many."""
        ...
