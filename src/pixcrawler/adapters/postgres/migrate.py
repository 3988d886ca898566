"""Bringing a database to this program's schema, once, however many programs start together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine, plain_dsn, translating
from pixcrawler.domain.shared.errors import Conflict

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = 0x70697863  # "pixc": the advisory lock of everything that changes the schema
SCRIPTS = Path(__file__).parent / "migrations"
VERSION = "SELECT version_num FROM alembic_version"


class SchemaTooNew(Conflict):
    """A newer PixCrawler has migrated this database."""

    code = "SCHEMA_TOO_NEW"


class SchemaTooOld(Conflict):
    """The database lacks migrations that this program needs."""

    code = "SCHEMA_TOO_OLD"


def revisions() -> list[str]:
    """The revisions that this program knows, oldest first: a file of the versions each, named by it.

    Alembic itself takes a third of a second to load, and is needed only when there is work for it.
    """
    return sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py"))


def head() -> str:
    """The revision that this program works with."""
    return revisions()[-1]


async def revision_of(url: str) -> str | None:
    """The database's revision; None before the first migration.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    with translating():
        connection = await asyncpg.connect(plain_dsn(url), timeout=5)
        try:
            found = await connection.fetchval(VERSION)
        except asyncpg.UndefinedTableError:
            return None
        finally:
            await connection.close()
    return None if found is None else str(found)


async def check(url: str) -> None:
    """Raises SchemaTooNew or SchemaTooOld unless the database is at this program's revision."""
    found = await revision_of(url)
    if found == head():
        return
    _refuse_newer(found)
    raise SchemaTooOld("The database's schema is older than this program; run `pixcrawler migrate`.")


async def migrate(url: str, to: str = "head") -> None:
    """Upgrade to ``to``. Several callers at once wait for each other.

    Raises:
        SchemaTooNew: the database is ahead of this program.
        DatabaseUnavailable: it cannot be reached.
    """
    if to == "head" and await revision_of(url) == head():
        return
    async with _alone(url) as engine:
        _refuse_newer(await revision_of(url))
        await _run(engine, "upgrade", to)


async def downgrade(url: str, to: str = "base") -> None:
    """Take migrations back, data included."""
    async with _alone(url) as engine:
        _refuse_newer(await revision_of(url))
        await _run(engine, "downgrade", to)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in revisions():
        message = f"The database was migrated by a newer PixCrawler (revision {found}); update this program."
        raise SchemaTooNew(message)


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine without a pool, under the advisory lock."""
    target = open_engine(PostgresConfig(url=url)).url
    engine = create_async_engine(target, poolclass=NullPool)
    with translating():
        lock = await asyncpg.connect(plain_dsn(url), timeout=5)
    try:
        await lock.execute(f"SELECT pg_advisory_lock({LOCK})")
        yield engine
    finally:
        await lock.close()
        await engine.dispose()


async def _run(engine: AsyncEngine, act: Literal["upgrade", "downgrade"], to: str) -> None:
    from alembic import command

    acts = {"upgrade": command.upgrade, "downgrade": command.downgrade}

    def within(connection: Connection) -> None:
        config = script_config()
        config.attributes["connection"] = connection
        acts[act](config, to)

    async with engine.connect() as connection:
        await connection.run_sync(within)
        await connection.commit()


def script_config() -> "Config":
    """Alembic's configuration; who runs it adds the connection as an attribute."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
