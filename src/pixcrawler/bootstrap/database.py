"""The database itself, for those who look after it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pixcrawler.adapters.postgres.care import Table, check_database, tables_of
from pixcrawler.adapters.postgres.engine import where
from pixcrawler.adapters.postgres.migrate import downgrade, head, migrate, revision_of
from pixcrawler.bootstrap.servers import servers
from pixcrawler.settings import Settings


@dataclass(frozen=True, slots=True)
class Database:
    """Schema acts on one database. All raise DatabaseUnavailable when it does not answer."""

    url: str
    embedded: bool

    @property
    def place(self) -> str:
        """Without credentials."""
        return where(self.url)

    @property
    def wanted_revision(self) -> str:
        return head()

    async def revision(self) -> str | None:
        return await revision_of(self.url)

    async def migrate(self) -> None:
        await migrate(self.url)

    async def reset(self) -> None:
        """Everything is dropped and made anew."""
        await downgrade(self.url)
        await migrate(self.url)

    async def check(self) -> str:
        """The server's version."""
        return await check_database(self.url)

    async def tables(self) -> list[Table]:
        return await tables_of(self.url)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The given one, or the embedded one."""
    async with servers(settings) as found:
        yield Database(found.direct_url, found.embedded)
