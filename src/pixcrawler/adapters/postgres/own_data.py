"""Everything that is kept about somebody, table by table."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.domain.shared.ids import UserId

AT_ONCE = 500
TABLES = {
    "profile": ("profiles", "id"),
    "notification_preferences": ("notification_preferences", "id"),
    "validation_level": ("validation_levels", "id"),
    "credit_account": ("credit_accounts", "id"),
    "api_keys": ("api_keys", "owner_id"),
    "projects": ("projects", "owner_id"),
    "jobs": ("crawl_jobs", "owner_id"),
    "schedules": ("crawl_schedules", "owner_id"),
    "validations": ("validations", "owner_id"),
    "datasets": ("datasets", "owner_id"),
    "dataset_versions": ("dataset_versions", "owner_id"),
    "exports": ("exports", "owner_id"),
    "notifications": ("notifications", "owner_id"),
    "activity": ("activity", "owner_id"),
}
"""Section → its table, and the column that says whose a row is."""
HIDDEN = {"api_keys": ["digest"]}
"""By section: columns that are no use to anybody but a thief."""
LEFT_OUT = {"images": "had through exports of datasets", "idempotency_keys": "answers that were given once"}
"""Tables of somebody's that are no section, and why."""
FIRST = UUID(int=0)


class PostgresOwnData:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = alone(engine)

    def sections(self) -> Sequence[str]:
        return tuple(TABLES)

    async def rows(self, section: str, owner: UserId) -> AsyncIterator[bytes]:
        table, whose = TABLES[section]
        statement = text(
            f"SELECT id, CAST(to_jsonb(t) - CAST(:hidden AS text[]) AS text) FROM {table} t"  # noqa: S608
            f" WHERE {whose} = :owner AND id > :after ORDER BY id LIMIT :most"
        )
        after = FIRST
        while True:
            values = {"owner": owner, "after": after, "most": AT_ONCE, "hidden": HIDDEN.get(section, [])}
            with translating():
                async with self._engine.connect() as connection:
                    found = (await connection.execute(statement, values)).all()
            for row in found:
                yield row[1].encode()
            if len(found) < AT_ONCE:
                return
            after = found[-1][0]
