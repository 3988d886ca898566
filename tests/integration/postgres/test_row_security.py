"""What people get from Postgres past the API, with Supabase's roles: own rows, and nothing to change.

The database is made as an operator makes it: a fresh Supabase project, then the migrations.
"""

import asyncio
import random
import uuid

import asyncpg
import pytest

from pixcrawler.adapters.postgres.tables import metadata
from tests.integration.postgres.supabase_project import acting, become
from tests.integration.postgres.walled import Walls, all_granted, attempt, keys, primary_key, seen

READ = {
    "activity",
    "api_key_uses",
    "api_keys",
    "candidates",
    "crawl_job_logs",
    "crawl_jobs",
    "crawl_schedules",
    "credit_accounts",
    "dataset_versions",
    "datasets",
    "exports",
    "images",
    "labels",
    "notification_preferences",
    "notifications",
    "profiles",
    "projects",
    "quarantine",
    "queries",
    "sightings",
    "validation_levels",
    "validation_results",
    "validations",
}
"""What people read of their own. A new table is added here or below, and to a migration, on purpose."""
CLOSED = {
    "alembic_version",
    "archival_policies",
    "blocks",
    "built_in_accounts",
    "built_in_attempts",
    "built_in_sessions",
    "built_in_tokens",
    "chunks",
    "cleanup_policies",
    "dataset_version_objects",
    "deleted_profiles",
    "idempotency_keys",
    "image_lists",
    "image_marks",
    "image_places",
    "labellings",
    "outbox",
    "policy_execution_items",
    "policy_executions",
    "schedules",
    "validation_chunks",
}
HIDDEN = {"api_keys": {"digest"}}
WRITTEN = {("profiles", "avatar_url"), ("profiles", "name"), ("profiles", "onboarded")}
TABLES = """
    SELECT c.relname AS name, c.relrowsecurity AS walled, c.relforcerowsecurity AS forced
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""
GRANTED = """
    SELECT c.relname AS table_name, a.attname AS column_name
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND has_column_privilege($1, c.oid, a.attname, $2)
"""
WHOLE_TABLE = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege($1, c.oid, 'USAGE, SELECT, UPDATE')
               ELSE has_table_privilege($1, c.oid, 'DELETE, TRUNCATE, REFERENCES, TRIGGER') END
"""
FUNCTIONS = """
    SELECT p.proname FROM pg_proc p
    WHERE p.pronamespace IN ('public'::regnamespace, 'pixcrawler'::regnamespace)
      AND has_function_privilege($1, p.oid, 'EXECUTE')
"""


async def test_every_table_is_behind_the_wall_and_somebody_thought_of_it(walls: Walls) -> None:
    tables = await walls.owner.fetch(TABLES)
    assert {row["name"] for row in tables} == READ | CLOSED == set(metadata.tables) | {"alembic_version"}
    assert all(row["walled"] for row in tables), "ENABLE ROW LEVEL SECURITY belongs into a migration"
    assert not any(row["forced"] for row in tables), "PixCrawler itself stands outside"


async def test_anon_is_granted_nothing(walls: Walls) -> None:
    for right in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        assert await walls.owner.fetch(GRANTED, "anon", right) == []
    assert await walls.owner.fetch(WHOLE_TABLE, "anon") == []
    assert {row["proname"] for row in await walls.owner.fetch(FUNCTIONS, "anon")} == {"user_id"}


async def test_people_are_granted_to_read_and_to_change_three_columns(walls: Walls) -> None:
    readable = {tuple(row) for row in await walls.owner.fetch(GRANTED, "authenticated", "SELECT")}
    assert readable == {
        (table.name, column.name)
        for table in metadata.sorted_tables
        if table.name in READ
        for column in table.columns
        if column.name not in HIDDEN.get(table.name, ())
    }
    written = {tuple(row) for row in await walls.owner.fetch(GRANTED, "authenticated", "UPDATE")}
    assert written == WRITTEN
    for right in ("INSERT", "REFERENCES"):
        assert await walls.owner.fetch(GRANTED, "authenticated", right) == []
    assert await walls.owner.fetch(WHOLE_TABLE, "authenticated") == []
    assert {row["proname"] for row in await walls.owner.fetch(FUNCTIONS, "authenticated")} == {"user_id"}


async def test_supabase_reads_the_same_user_from_the_claims(walls: Walls) -> None:
    both = "SELECT auth.uid() AS theirs, pixcrawler.user_id() AS ours"
    for person in (walls.me, None):
        async with acting(walls.web, "authenticated", person) as web:
            assert tuple(await web.fetchrow(both)) == (person, person)
    assert tuple(await walls.web.fetchrow("SELECT pixcrawler.user_id()")) == (None,)
    async with acting(walls.web, "authenticated") as web:  # as older PostgRESTs say it
        await web.execute("SELECT set_config('request.jwt.claim.sub', $1, true)", str(walls.me))
        assert tuple(await web.fetchrow(both)) == (walls.me, walls.me)


@pytest.mark.parametrize("table", sorted(READ))
async def test_people_see_their_own_rows_without_asking_for_them(walls: Walls, table: str) -> None:
    for person in (walls.me, walls.other):
        async with acting(walls.web, "authenticated", person) as web:
            assert await seen(web, table) == keys({person: walls.rows[person]}, table)
    async with acting(walls.web, "authenticated") as web:
        assert await seen(web, table) == set()
    async with acting(walls.web, "authenticated", uuid.uuid4()) as web:
        assert await seen(web, table) == set()
    async with acting(walls.web, "anon", walls.me) as web:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await seen(web, table)
    async with acting(walls.web, "service_role") as web:
        assert await seen(web, table) >= keys(walls.rows, table)


@pytest.mark.parametrize("table", sorted(CLOSED))
async def test_what_is_nobodys_business_is_closed(walls: Walls, table: str) -> None:
    for role in ("anon", "authenticated"):
        async with acting(walls.web, role, walls.me) as web:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await web.fetch(f"SELECT FROM {table}")


@pytest.mark.parametrize("table", sorted(READ | CLOSED))
async def test_the_wall_stands_when_somebody_grants_everything(walls: Walls, table: str) -> None:
    """As Supabase's own defaults would: the grants are one wall, the policies another."""
    column = primary_key(table)[0]
    mine = keys({walls.me: walls.rows[walls.me]}, table) if table in READ else set()
    async with all_granted(walls, "authenticated", walls.me) as web:
        assert await seen(web, table) == mine
        changed = await attempt(web, f'UPDATE {table} SET "{column}" = "{column}"')
        assert changed == ("UPDATE 1" if table == "profiles" else "UPDATE 0")
        assert await attempt(web, f"DELETE FROM {table}") == "DELETE 0"
        if mine:
            assert await attempt(web, f"INSERT INTO {table} SELECT * FROM {table}") == "refused"
    async with all_granted(walls, "authenticated", None) as web:
        assert await seen(web, table) == set()
    async with all_granted(walls, "anon", None) as web:
        assert await seen(web, table) == set()


async def interleaved(walls: Walls, times: int) -> None:
    """Two tenants and nobody on five connections in turn: no transaction sees what the last one left."""
    drawn = random.Random(7)
    tables = sorted(READ)

    async def one(pool: asyncpg.Pool, number: int) -> None:
        person = (walls.me, walls.other, None)[drawn.randrange(3)]
        table, end = drawn.choice(tables), drawn.randrange(3)
        expected = keys({person: walls.rows[person]}, table) if person else set()
        async with pool.acquire() as web:
            transaction = web.transaction()
            await transaction.start()
            await become(web, "authenticated", person)
            assert await seen(web, table) == expected, (number, table, person)
            if end == 0:
                with pytest.raises(asyncpg.PostgresError):
                    await web.execute("SELECT nonsense")
            await (transaction.commit() if end == 1 else transaction.rollback())
            assert await web.fetchval("SELECT pixcrawler.user_id()") is None
            assert await web.fetchval("SELECT current_user") == "authenticator"

    async with asyncpg.create_pool(
        walls.project.authenticator, min_size=5, max_size=5, reset=_left_as_it_is
    ) as pool:
        for first in range(0, times, 50):
            await asyncio.gather(*(one(pool, number) for number in range(first, min(times, first + 50))))


async def _left_as_it_is(_: object) -> None:
    """As a pooler does between transactions."""


async def test_connections_carry_nobody_over(walls: Walls) -> None:
    await interleaved(walls, 200)


@pytest.mark.long
async def test_ten_thousand_transactions_carry_nobody_over(walls: Walls) -> None:
    await interleaved(walls, 10_000)
