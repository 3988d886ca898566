"""A database per test, copied from a template that the migrations built once per run.

Copying one is copying 400 files: where there is room they lie in memory (``/dev/shm``), which takes a tenth
of the time.
"""

import os
import shutil
import tempfile
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
_MEMORY = Path("/dev/shm")
_ROOM = 3 << 30
"""Bytes. A database takes 11 MB, and goes when its test is over."""


@dataclass(frozen=True)
class Databases:
    """Makes databases on the run's server, through one connection per process."""

    server: str
    shared: Path
    connection: asyncpg.Connection
    space: str

    async def make_template(self) -> str:
        """Whichever process of the run comes first builds it; the others wait."""
        built = self.shared / "template-is-built"
        with FileLock(self.shared / "template.lock", timeout=120):
            if not built.exists():
                await self.connection.execute(f"drop database if exists {_TEMPLATE}")
                await self.connection.execute(f"create database {_TEMPLATE} tablespace {self.space}")
                await migrate(_named(self.server, _TEMPLATE))
                built.touch()
        return _TEMPLATE

    @asynccontextmanager
    async def copy_of(self, template: str) -> AsyncIterator[str]:
        """The URL of a database that is dropped afterwards, also when somebody is still connected to it."""
        name = f"test_{uuid.uuid4().hex}"
        wanted = f"template {template} tablespace {self.space} strategy file_copy"
        await self.connection.execute(f"create database {name} {wanted}")
        yield _named(self.server, name)
        await self.connection.execute(f"drop database if exists {name} with (force)")


@asynccontextmanager
async def open_databases(server: str, shared: Path) -> AsyncIterator[Databases]:
    """The server lives as long as the run: nothing needs to survive a power cut, no disk is waited for."""
    connection = await asyncpg.connect(_named(server, "postgres"))
    try:
        await connection.execute("alter system set fsync = off")
        await connection.execute("select pg_reload_conf()")
        yield Databases(server, shared, connection, await _space(connection, shared))
    finally:
        await connection.close()


async def _space(connection: asyncpg.Connection, shared: Path) -> str:
    """The tablespace of the run's databases, made by whichever process comes first."""
    chosen = shared / "tablespace"
    with FileLock(shared / "tablespace.lock", timeout=120):
        if not chosen.exists():
            roomy = (
                _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
            )
            if roomy:
                owner = Path(await connection.fetchval("show data_directory")).stat()
                folder = tempfile.mkdtemp(prefix="pixcrawler-tests-", dir=_MEMORY)
                os.chown(folder, owner.st_uid, owner.st_gid)
                await connection.execute(f"create tablespace memory location '{folder}'")
                (shared / "memory").write_text(folder)
            chosen.write_text("memory" if roomy else "pg_default")
    return chosen.read_text()


def forget_memory(shared: Path) -> None:
    """Give the memory back, once the servers are gone."""
    folder = shared / "memory"
    if folder.exists():
        shutil.rmtree(folder.read_text(), ignore_errors=True)


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
