"""API keys in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from pixcrawler.application.ports.api_keys import HourOfUse, KeyDetail, KeyFilter, detail_of
from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
from pixcrawler.domain.shared.paging import Found, Window
from tests.fakes.memory_repositories import MemoryRepository

if TYPE_CHECKING:
    from tests.fakes.memory_transaction import MemoryDatabase


class MemoryApiKeys(MemoryRepository[ApiKey]):
    table = "api_keys"
    missing = ApiKeyNotFound
    unique = ("digest",)

    async def of_owner(self, owner: UserId) -> list[ApiKey]:
        mine = [msgspec.structs.replace(key) for key in self.rows.values() if key.owner_id == owner]
        return sorted(mine, key=lambda key: key.id)


class MemoryKeyRing:
    """``asked`` counts the questions; ``refusals`` are raised by the next ones; ``meanwhile`` happens
    between finding an answer and giving it."""

    def __init__(self, database: "MemoryDatabase") -> None:
        self.database = database
        self.asked = 0
        self.refusals: list[Exception] = []
        self.meanwhile: Callable[[], None] = lambda: None

    async def holder(self, digest: bytes) -> KeyHolder | None:
        self.asked += 1
        if self.refusals:
            raise self.refusals.pop(0)
        tables = self.database.tables
        key = next((key for key in tables.api_keys.values() if key.digest == digest), None)
        self.meanwhile()
        if key is None:
            return None
        return KeyHolder(
            key_id=key.id,
            owner_id=key.owner_id,
            role=tables.profiles[key.owner_id].role,
            scopes=frozenset(key.scopes),
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            hourly_limit=key.hourly_limit,
        )

    async def used(self, uses: Sequence[KeyUse]) -> None:
        self.asked += 1
        if self.refusals:
            raise self.refusals.pop(0)
        tables = self.database.tables
        for use in uses:
            key = tables.api_keys.get(use.key_id)
            if key is None:
                continue
            place = (use.key_id, use.hour)
            tables.api_key_uses[place] = tables.api_key_uses.get(place, 0) + use.requests
            if key.last_used_at is None or key.last_used_at < use.at:
                tables.api_keys[key.id] = msgspec.structs.replace(
                    key, last_used_at=use.at, last_address=use.address
                )

    async def forget_uses(self, *, older_than: timedelta, most: int) -> int:
        uses = self.database.tables.api_key_uses
        old = [place for place in uses if place[1] < datetime.now(UTC) - older_than][:most]
        for place in old:
            del uses[place]
        return len(old)


class MemoryApiKeyReads:
    def __init__(self, database: "MemoryDatabase") -> None:
        self.database = database

    async def keys(self, which: KeyFilter, window: Window, *, visible_to: Actor) -> Found[KeyDetail]:
        rows = sorted(self.database.tables.api_keys.values(), key=lambda one: one.id, reverse=True)
        seen = [_now(one) for one in rows if visible_to.may_see(one.owner_id)]
        found = [one for one in seen if which.status in (None, one.status)]
        return Found(items=found[window.offset :][: window.size], total=len(found))

    async def key(self, key_id: ApiKeyId, *, visible_to: Actor) -> KeyDetail:
        found = self.database.tables.api_keys.get(key_id)
        if found is None or found.revoked_at or not visible_to.may_see(found.owner_id):
            raise ApiKeyNotFound(f"There is no api key {key_id}.")
        return _now(found)

    async def uses(self, key_id: ApiKeyId, *, since: datetime, visible_to: Actor) -> list[HourOfUse]:
        tables = self.database.tables
        if key_id not in tables.api_keys or not visible_to.may_see(tables.api_keys[key_id].owner_id):
            return []
        hour = since.replace(minute=0, second=0, microsecond=0)
        uses = sorted((at, n) for (key, at), n in tables.api_key_uses.items() if key == key_id)
        return [HourOfUse(at, requests) for at, requests in uses if at >= hour]


def _now(key: ApiKey) -> KeyDetail:
    return detail_of(key, at=datetime.now(UTC))
