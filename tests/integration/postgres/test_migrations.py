"""The schema: up, down, up again; and who may use which."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from pixcrawler.adapters.postgres.engine import DatabaseUnavailable, PostgresConfig, open_engine, plain_dsn
from pixcrawler.adapters.postgres.migrate import (
    SchemaTooNew,
    SchemaTooOld,
    check,
    downgrade,
    head,
    migrate,
    revision_of,
)
from pixcrawler.adapters.postgres.tables import metadata


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row["tablename"] for row in rows} - {"alembic_version"}
    finally:
        await connection.close()


async def pretend(url: str, revision: str) -> None:
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        await connection.execute("UPDATE alembic_version SET version_num = $1", revision)
    finally:
        await connection.close()


async def test_up_down_up(bare_database_url: str) -> None:
    url = bare_database_url
    assert await revision_of(url) is None
    await migrate(url)
    assert await revision_of(url) == head()
    assert await tables(url) == set(metadata.tables)
    await downgrade(url)
    assert await tables(url) == set()
    await migrate(url)
    assert await tables(url) == set(metadata.tables)


async def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = open_engine(PostgresConfig(url=database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    await migrate(database_url)
    await check(database_url)


async def test_programs_that_start_together_wait_for_each_other(bare_database_url: str) -> None:
    await asyncio.gather(*(migrate(bare_database_url) for _ in range(5)))
    await check(bare_database_url)


async def test_an_older_program_refuses_a_newer_schema(database_url: str) -> None:
    await pretend(database_url, "9999_from_the_future")
    for act in (check, migrate, downgrade):
        with pytest.raises(SchemaTooNew, match="newer PixCrawler"):
            await act(database_url)
    assert await tables(database_url) == set(metadata.tables)


async def test_an_empty_database_is_too_old(bare_database_url: str) -> None:
    with pytest.raises(SchemaTooOld, match="pixcrawler migrate"):
        await check(bare_database_url)


@pytest.mark.parametrize("act", [check, migrate, downgrade], ids=lambda act: str(act.__name__))
async def test_a_database_that_does_not_answer_is_unavailable(act: Callable[[str], Awaitable[None]]) -> None:
    with pytest.raises(DatabaseUnavailable):
        await act("postgresql://nobody@127.0.0.1:9/nothing")
