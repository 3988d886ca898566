"""docs/reference/schema.sql is what the migrations make: to the letter, and when psql has loaded it."""

import asyncio
import os
from runpy import run_path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from pixcrawler.adapters.embedded.wheels import postgres_programs
from pixcrawler.adapters.postgres.migrate import check, migrate
from tests.databases import Databases
from tests.integration.postgres.supabase_project import supabase_project

SCHEMA: dict[str, Any] = run_path("scripts/schema.py", run_name="schema")
PAGE, dumped, page = SCHEMA["PAGE"], SCHEMA["dumped"], SCHEMA["page"]
GRANTED = """
    SELECT c.oid::regclass::text AS name, c.relacl::text AS granted,
           (SELECT array_agg(a.attname || a.attacl::text ORDER BY a.attname) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS columns
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    UNION ALL SELECT p.oid::regprocedure::text, (
        SELECT array_agg(a::text ORDER BY a::text)
        FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a)::text, NULL
    FROM pg_proc p WHERE p.pronamespace = 'pixcrawler'::regnamespace
    UNION ALL SELECT t.tgname, pg_get_triggerdef(t.oid), NULL
    FROM pg_trigger t WHERE t.tgrelid = 'auth.users'::regclass
    ORDER BY 1
"""


async def load(url: str) -> None:
    """As the file's head says."""
    parts = urlsplit(url)
    process = await asyncio.create_subprocess_exec(
        *(str(postgres_programs() / "psql"), "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1"),
        *("-h", parts.hostname or "", "-p", str(parts.port), "-U", parts.username or ""),
        *("-d", parts.path[1:], "-f", str(PAGE)),
        env={**os.environ, "PGPASSWORD": parts.password or ""},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


async def granted(url: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(GRANTED)
        return found
    finally:
        await connection.close()


async def test_the_file_is_what_the_migrations_make(database_url: str) -> None:
    assert PAGE.read_text() == page(database_url), "run scripts/schema.py"


async def test_psql_makes_of_it_what_the_migrations_make(database_url: str, bare_database_url: str) -> None:
    await load(bare_database_url)
    assert dumped(bare_database_url) == dumped(database_url)
    await check(bare_database_url)
    await migrate(bare_database_url)


@pytest.mark.long
async def test_a_fresh_supabase_project_is_walled_by_either(databases: Databases) -> None:
    async with supabase_project(databases) as one, supabase_project(databases) as other:
        await load(one.owner)
        await migrate(other.owner)
        mine, theirs = await granted(one.owner), await granted(other.owner)
    assert mine == theirs
    assert any(row["name"] == "pixcrawler_welcome" for row in mine)
