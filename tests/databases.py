"""A database per test, copied from a template that the migrations built once per run."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from filelock import FileLock

from pixcrawler.adapters.postgres.migrate import migrate

_TEMPLATE = "pixcrawler_template"


@dataclass(frozen=True)
class Databases:
    """Makes databases on the run's server, through one connection per process."""

    server: str
    shared: Path
    connection: asyncpg.Connection

    async def make_template(self) -> str:
        """Whichever process of the run comes first builds it; the others wait."""
        built = self.shared / "template-is-built"
        with FileLock(self.shared / "template.lock", timeout=120):
            if not built.exists():
                await self.connection.execute(f"drop database if exists {_TEMPLATE}")
                await self.connection.execute(f"create database {_TEMPLATE}")
                await migrate(_named(self.server, _TEMPLATE))
                built.touch()
        return _TEMPLATE

    @asynccontextmanager
    async def copy_of(self, template: str) -> AsyncIterator[str]:
        """The URL of a database that is dropped afterwards, also when somebody is still connected to it."""
        name = f"test_{uuid.uuid4().hex}"
        await self.connection.execute(f"create database {name} template {template} strategy wal_log")
        yield _named(self.server, name)
        await self.connection.execute(f"drop database if exists {name} with (force)")


@asynccontextmanager
async def open_databases(server: str, shared: Path) -> AsyncIterator[Databases]:
    """The server lives as long as the run: nothing needs to survive a power cut, no disk is waited for."""
    connection = await asyncpg.connect(_named(server, "postgres"))
    try:
        await connection.execute("alter system set fsync = off")
        await connection.execute("select pg_reload_conf()")
        yield Databases(server, shared, connection)
    finally:
        await connection.close()


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
