"""API keys in memory."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from pixcrawler.application.ports.key_ring import KeyHolder
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.shared.ids import ApiKeyId, UserId
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
            last_used_at=key.last_used_at,
        )

    async def used(self, uses: Mapping[ApiKeyId, datetime], *, apart: timedelta) -> None:
        self.asked += 1
        if self.refusals:
            raise self.refusals.pop(0)
        keys = self.database.tables.api_keys
        for one, at in uses.items():
            key = keys.get(one)
            if key is not None and (key.last_used_at is None or key.last_used_at <= at - apart):
                keys[one] = msgspec.structs.replace(key, last_used_at=at)
