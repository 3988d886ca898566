"""What use cases stand on, opened in order and closed in reverse."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pixcrawler.adapters.fetching.addresses import AllowedNetwork
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.postgres.connections import connections
from pixcrawler.adapters.postgres.engine import Engine, PostgresConfig, open_engine
from pixcrawler.adapters.system.clock import SystemClock, Uuid7
from pixcrawler.application.ports.cache import CountedCache
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.bootstrap.cache import cache
from pixcrawler.bootstrap.cores import beside_embedded
from pixcrawler.bootstrap.paces import Paces
from pixcrawler.bootstrap.servers import Servers, servers
from pixcrawler.bootstrap.stores import stores
from pixcrawler.settings import Settings

QUEUE_POOL = 2
QUEUE_OVERFLOW = 2
"""Connections of a process that are kept for the queue, and more of them at times."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Infrastructure:
    """Pools and stores of one process. ``queue_engine`` is apart, so that a busy pool delays no heartbeat.
    ``warm`` is None where archived exports have no store."""

    settings: Settings
    servers: Servers
    engine: Engine
    queue_engine: Engine
    store: ObjectStore
    warm: ObjectStore | None
    guard: AddressGuard
    clock: SystemClock
    new_id: Uuid7
    paces: Paces
    cache: CountedCache

    def connections(self) -> dict[str, int]:
        """Of both pools now, by state."""
        return connections(self.engine, self.queue_engine)


@asynccontextmanager
async def infrastructure(
    settings: Settings, *, works: bool = False, farewell: bool = True
) -> AsyncIterator[Infrastructure]:
    """Raises Unavailable when a server does not come up."""
    wanted = settings.database.pool_size
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(servers(settings, farewell=farewell))
        pool_size = beside_embedded(wanted) if works and found.embedded else wanted
        engine = open_engine(postgres_config(settings, found.database_url, pool_size=pool_size))
        stack.push_async_callback(engine.dispose)
        queue_engine = open_engine(
            postgres_config(settings, found.database_url, pool_size=QUEUE_POOL, max_overflow=QUEUE_OVERFLOW)
        )
        stack.push_async_callback(queue_engine.dispose)
        kept = await stack.enter_async_context(stores(settings))
        paces = Paces(settings, found.redis_url)
        stack.push_async_callback(paces.aclose)
        yield Infrastructure(
            settings=settings,
            servers=found,
            engine=engine,
            queue_engine=queue_engine,
            store=kept.hot,
            warm=kept.warm,
            guard=address_guard(settings),
            clock=SystemClock(),
            new_id=Uuid7(),
            paces=paces,
            cache=cache(settings, found.redis_url, stack),
        )


def postgres_config(
    settings: Settings, url: str, *, pool_size: int | None = None, max_overflow: int | None = None
) -> PostgresConfig:
    database = settings.database
    return PostgresConfig(
        url=url,
        pool_size=database.pool_size if pool_size is None else pool_size,
        max_overflow=database.max_overflow if max_overflow is None else max_overflow,
        pool_pre_ping=database.pool_pre_ping,
        echo=database.echo,
        connect_timeout=database.connect_timeout,
        statement_timeout=database.statement_timeout,
        pooler=database.pooler,
    )


def address_guard(settings: Settings) -> AddressGuard:
    networks = settings.fetch.allowed_private_networks
    return AddressGuard(allowed=[AllowedNetwork(entry.network, entry.port) for entry in networks])
