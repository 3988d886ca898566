"""Where Postgres and Redis are: given, or embedded."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pixcrawler.adapters.postgres.migrate import check, migrate
from pixcrawler.settings import Settings


@dataclass(frozen=True, slots=True)
class Servers:
    """URLs with passwords, so neither is shown by ``repr``."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    embedded: bool
    direct_url: str = field(repr=False)
    """Past any pooler: for what holds a session, such as LISTEN and migrations."""
    logs: Mapping[str, Path] = field(default_factory=dict)
    """Those of the embedded servers, by the server's name."""


@asynccontextmanager
async def servers(settings: Settings, *, farewell: bool = True) -> AsyncIterator[Servers]:
    """The given ones; embedded ones for what is not given (settings allow that in development only).

    With ``farewell``, leaving waits until embedded servers that nobody else uses have ended.
    """
    database, redis = settings.database.url, settings.redis.url
    if database is not None and redis is not None:
        yield Servers(
            database.reveal(), redis.reveal(), embedded=False, direct_url=_direct(settings, database.reveal())
        )
        return
    from pixcrawler.adapters.embedded.client import embedded_servers
    from pixcrawler.adapters.embedded.state import Desk

    desk = Desk(settings.pixcrawler.home)
    wanted = embedded_servers(
        settings.pixcrawler.home, postgres=database is None, redis=redis is None, farewell=farewell
    )
    async with wanted as started:
        url = started.database_url if database is None else database.reveal()
        yield Servers(
            url,
            started.redis_url if redis is None else redis.reveal(),
            embedded=database is None,
            direct_url=url if database is None else _direct(settings, url),
            logs={
                name: desk.log(server)
                for name, server, url in (("postgres", "postgres", database), ("valkey", "redis", redis))
                if url is None
            },
        )


def _direct(settings: Settings, url: str) -> str:
    direct = settings.database.direct_url
    return url if direct is None else direct.reveal()


async def prepare(settings: Settings, found: Servers) -> None:
    """Migrate where that is ours to do: in development. In production somebody runs ``migrate``.

    Raises:
        SchemaTooNew, SchemaTooOld, DatabaseUnavailable
    """
    if settings.pixcrawler.environment in ("staging", "production"):
        await check(found.direct_url)
    else:
        await migrate(found.direct_url)
