"""API keys as people see them."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
from pixcrawler.domain.shared.paging import Found, Window


class KeyStatus(StrEnum):
    LIVE = "live"
    EXPIRED = "expired"
    REVOKED = "revoked"


class KeyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which keys; all that may be seen without a condition."""

    status: KeyStatus | None = None


class KeyDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One API key; the key itself is not kept. `shown` tells keys apart and opens nothing. `hourly_limit` is
    how many requests it may make within any hour; without one the platform's own limit holds.
    `last_used_at` and `last_address` are up to ten seconds late. `replaced_by` is the key that followed it
    when it was rotated."""

    id: ApiKeyId
    owner_id: UserId
    name: str
    shown: str
    scopes: tuple[str, ...]
    hourly_limit: int | None
    status: KeyStatus
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_address: str | None
    replaced_by: ApiKeyId | None


class NewKey(KeyDetail, frozen=True, kw_only=True):
    """A key that was made now. `key` is its text, and is shown this once: the answer to a repeat of the
    request (see Idempotency-Key) has null there, because it is not kept."""

    key: str | None

    def __repr__(self) -> str:
        return f"NewKey({self.shown!r}, name={self.name!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("shown", self.shown), ("name", self.name)]


class HourOfUse(msgspec.Struct, frozen=True):
    """`requests` that came in the hour that began at `hour`."""

    hour: datetime
    requests: int


class ApiKeyReads(Protocol):
    async def keys(self, which: KeyFilter, window: Window, *, visible_to: Actor) -> Found[KeyDetail]:
        """Newest first, also those that have ended."""
        ...

    async def key(self, key_id: ApiKeyId, *, visible_to: Actor) -> KeyDetail:
        """Raises ApiKeyNotFound, also for one that is revoked: lists alone have those."""
        ...

    async def uses(self, key_id: ApiKeyId, *, since: datetime, visible_to: Actor) -> list[HourOfUse]:
        """Hours in which there was a request, oldest first, from the one that holds ``since`` on."""
        ...


def detail_of(key: ApiKey, *, at: datetime) -> KeyDetail:
    own = {name: getattr(key, name) for name in KeyDetail.__struct_fields__ if name != "status"}
    status = KeyStatus.LIVE if key.is_live(at=at) else KeyStatus.EXPIRED
    return KeyDetail(**own, status=KeyStatus.REVOKED if key.revoked_at is not None else status)


def new_key(key: ApiKey, text: str | None, *, at: datetime) -> NewKey:
    return NewKey(**msgspec.structs.asdict(detail_of(key, at=at)), key=text)
