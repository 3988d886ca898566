"""The key that comes with a request, in one round trip."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.application.ports.key_ring import KeyHolder, KeyUse
from pixcrawler.domain.shared.actor import Role

HOLDER = text(
    """
    SELECT k.id, k.owner_id, p.role, k.scopes, k.expires_at, k.revoked_at, k.hourly_limit
    FROM api_keys k JOIN profiles p ON p.id = k.owner_id
    WHERE k.digest = :digest
    """
)
USED = text(
    """
    WITH used AS MATERIALIZED (
        SELECT * FROM unnest(
            CAST(:keys AS uuid[]), CAST(:hours AS timestamptz[]), CAST(:requests AS bigint[]),
            CAST(:times AS timestamptz[]), CAST(:addresses AS text[])) AS u(id, hour, requests, at, address)
    ), kept AS MATERIALIZED (
        SELECT k.id FROM api_keys k WHERE k.id IN (SELECT id FROM used) ORDER BY k.id FOR NO KEY UPDATE
    ), counted AS (
        INSERT INTO api_key_uses AS c (key_id, hour, requests)
        SELECT used.id, used.hour, used.requests FROM used JOIN kept USING (id) ORDER BY used.id, used.hour
        ON CONFLICT (key_id, hour) DO UPDATE SET requests = c.requests + excluded.requests
    ), last AS (
        SELECT DISTINCT ON (id) id, at, address FROM used JOIN kept USING (id) ORDER BY id, at DESC
    )
    UPDATE api_keys k SET last_used_at = last.at, last_address = last.address
    FROM last WHERE k.id = last.id AND (k.last_used_at IS NULL OR k.last_used_at < last.at)
    """
)
"""Keys are locked first and in one order, so that no two processes wait for each other."""
FORGET = text(
    """
    DELETE FROM api_key_uses WHERE (key_id, hour) IN (
        SELECT key_id, hour FROM api_key_uses
        WHERE hour < clock_timestamp() - make_interval(secs => :age) LIMIT :most)
    RETURNING 1
    """
)


class PostgresKeyRing:
    """Each statement is a transaction of its own: BEGIN and ROLLBACK would make three round trips of one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = alone(engine)

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
            hourly_limit=found.hourly_limit,
        )

    async def used(self, uses: Sequence[KeyUse]) -> None:
        values = {
            "keys": [use.key_id for use in uses],
            "hours": [use.hour for use in uses],
            "requests": [use.requests for use in uses],
            "times": [use.at for use in uses],
            "addresses": [use.address for use in uses],
        }
        with translating():
            async with self._engine.connect() as connection:
                await connection.execute(USED, values)

    async def forget_uses(self, *, older_than: timedelta, most: int) -> int:
        values = {"age": older_than.total_seconds(), "most": most}
        with translating():
            async with self._engine.connect() as connection:
                return len((await connection.execute(FORGET, values)).all())
