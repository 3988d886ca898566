"""API keys as every request needs them: fast, and outside of any unit of work."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId, UserId


class KeyHolder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose key it is, and how the key stands."""

    key_id: ApiKeyId
    owner_id: UserId
    role: Role
    scopes: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor(self.owner_id, self.role, self.scopes, self.key_id)

    def may_enter(self, *, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class KeyRing(Protocol):
    async def holder(self, digest: bytes) -> KeyHolder | None:
        """The one whose key has this digest, also when it opens nothing any more. One indexed query.

        Raises Unavailable.
        """
        ...

    async def used(self, uses: Mapping[ApiKeyId, datetime], *, apart: timedelta) -> None:
        """Keep when keys were last used, where what is kept is older than that by ``apart`` or more.

        Keys that are gone are passed over. Raises Unavailable, ChangedMeanwhile.
        """
        ...
