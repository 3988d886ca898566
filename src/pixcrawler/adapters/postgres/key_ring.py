"""The key that comes with a request, in one round trip."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.application.ports.key_ring import KeyHolder
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import ApiKeyId

HOLDER = text(
    """
    SELECT k.id, k.owner_id, p.role, k.scopes, k.expires_at, k.revoked_at, k.last_used_at
    FROM api_keys k JOIN profiles p ON p.id = k.owner_id
    WHERE k.digest = :digest
    """
)
USED = text(
    """
    UPDATE api_keys k SET last_used_at = u.at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:times AS timestamptz[])) AS u(id, at)
    WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at <= u.at - CAST(:apart AS interval))
    """
)


class PostgresKeyRing:
    """Each statement is a transaction of its own: BEGIN and ROLLBACK would make three round trips of one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def holder(self, digest: bytes) -> KeyHolder | None:
        with translating():
            async with self._engine.connect() as connection:
                found = (await connection.execute(HOLDER, {"digest": digest})).one_or_none()
        if found is None:
            return None
        return KeyHolder(
            key_id=found.id,
            owner_id=found.owner_id,
            role=Role(found.role),
            scopes=frozenset(found.scopes),
            expires_at=found.expires_at,
            revoked_at=found.revoked_at,
            last_used_at=found.last_used_at,
        )

    async def used(self, uses: Mapping[ApiKeyId, datetime], *, apart: timedelta) -> None:
        values = {"ids": list(uses), "times": list(uses.values()), "apart": apart}
        with translating():
            async with self._engine.connect() as connection:
                await connection.execute(USED, values)
