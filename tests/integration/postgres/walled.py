"""Two tenants on one Supabase project, and what somebody gets who comes past the API."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from pixcrawler.adapters.postgres.tables import metadata
from tests.integration.postgres.rows import Row
from tests.integration.postgres.supabase_project import Project, become


@dataclass(frozen=True)
class Walls:
    """Two tenants with a row in every table. ``owner`` is the tables' owner, ``web`` PostgREST."""

    project: Project
    rows: dict[uuid.UUID, dict[str, Row]]
    me: uuid.UUID
    other: uuid.UUID
    owner: asyncpg.Connection
    web: asyncpg.Connection


@asynccontextmanager
async def all_granted(
    walls: Walls, role: str, person: uuid.UUID | None, *more: str
) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in which the roles were granted every table, and ``more`` was done, undone here."""
    transaction = walls.owner.transaction()
    await transaction.start()
    try:
        await walls.owner.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated")
        for statement in more:
            await walls.owner.execute(statement)
        await become(walls.owner, role, person)
        yield walls.owner
    finally:
        await transaction.rollback()


async def seen(connection: asyncpg.Connection, table: str) -> set[tuple[str, ...]]:
    """The primary keys of what is there to be read."""
    rows = await connection.fetch(f"SELECT {', '.join(primary_key(table))} FROM {table}")
    return {tuple(_shown(value) for value in row) for row in rows}


def keys(rows: dict[uuid.UUID, dict[str, Row]], table: str) -> set[tuple[str, ...]]:
    """The primary keys of what was put in."""
    names = primary_key(table)
    return {tuple(_shown(mine[table].get(name, "")) for name in names) for mine in rows.values()}


def primary_key(table: str) -> list[str]:
    if table == "alembic_version":
        return ["version_num"]
    return [column.name for column in metadata.tables[table].primary_key.columns]


def _shown(value: object) -> str:
    """Times as JSON has them."""
    return str(value).replace(" ", "T").replace("+00:00", "Z")


async def attempt(connection: asyncpg.Connection, words: str) -> str:
    """What Postgres answers: its status, "refused", or another error's name."""
    nested = connection.transaction()
    await nested.start()
    try:
        status = str(await connection.execute(words))
    except asyncpg.InsufficientPrivilegeError:
        await nested.rollback()
        return "refused"
    except asyncpg.PostgresError as error:
        await nested.rollback()
        return type(error).__name__
    await nested.commit()
    return status
