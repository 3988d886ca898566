"""API keys in memory."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.ids import UserId
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
