"""Lists of what was done are read from indexes, whoever asks for what."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event

from pixcrawler.adapters.postgres.activity_reads import PostgresActivityReads
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine, plain_dsn
from pixcrawler.application.ports.activity import ActivityFilter
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.paging import Window

MANY = """
    INSERT INTO profiles (id, name, email, role) SELECT gen_random_uuid(), 'p' || n, 'p' || n, 'user'
    FROM generate_series(1, 100) n;
    INSERT INTO activity (id, act, subject_id, owner_id, actor_id, about)
    SELECT gen_random_uuid(), CASE WHEN random() < 0.001 THEN 'job.deleted' ELSE 'job.started' END,
           gen_random_uuid(), id, id, jsonb_build_object('project_id', gen_random_uuid()::text)
    FROM profiles, generate_series(1, 200);
    ANALYZE activity;
"""
SOMETHING = UUID(int=7)
NOW = datetime.now(UTC)
INDEXES: list[tuple[dict[str, Any], str]] = [
    ({}, "pk_activity"),
    ({"act": Act.JOB_DELETED}, "ix_activity_act"),
    ({"subject_id": SOMETHING}, "ix_activity_subject_id"),
    ({"project_id": ProjectId(SOMETHING)}, "ix_activity_project"),
    ({"actor_id": UserId(SOMETHING)}, "ix_activity_actor_id"),
    ({"since": NOW - timedelta(days=1), "until": NOW}, "pk_activity"),
]
Said = list[tuple[str, tuple[Any, ...]]]


class Asked:
    """Who reads, and the statements that this took."""

    def __init__(self, connection: Any, reads: PostgresActivityReads, said: Said) -> None:
        self.connection, self.reads, self.said = connection, reads, said

    async def plans(self, who: Actor, which: dict[str, Any]) -> list[str]:
        """Of the page and of the count."""
        self.said.clear()
        after = UUID(int=2**127)
        await self.reads.activity(ActivityFilter(**which), Window(), after=after, visible_to=who)
        found = [await self.connection.fetch(f"EXPLAIN {words}", *values) for words, values in self.said]
        return ["\n".join(row[0] for row in plan) for plan in found]


@pytest.fixture
async def asked(database_url: str) -> AsyncIterator[Asked]:
    connection = await asyncpg.connect(plain_dsn(database_url))
    await connection.execute(MANY)
    engine = open_engine(PostgresConfig(url=database_url))
    said: Said = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *a: said.append((a[2], a[3])))
    yield Asked(connection, PostgresActivityReads(engine), said)
    await engine.dispose()
    await connection.close()


async def test_no_page_reads_the_whole_table(asked: Asked) -> None:
    me = UserId(await asked.connection.fetchval("SELECT id FROM profiles LIMIT 1"))
    for which, index in INDEXES:
        page, count = await asked.plans(Actor(me, Role.SUPERUSER), which)
        assert index in page, page
        assert which == {} or "Seq Scan" not in count, count
        page, count = await asked.plans(Actor(me, Role.USER), which)
        for plan in (page, count):
            assert "Seq Scan" not in plan, plan
    page, count = await asked.plans(Actor(me, Role.USER), {})
    for index in ("ix_activity_owner_id", "ix_activity_actor_id"):
        assert index in page, page
        assert index in count, count
