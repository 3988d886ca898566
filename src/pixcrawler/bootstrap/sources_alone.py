"""The sources without the rest of the platform: no database, nothing that must be started."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pixcrawler.adapters.system.clock import SystemClock
from pixcrawler.application.ports.source import Sources
from pixcrawler.bootstrap.cache import cache
from pixcrawler.bootstrap.infrastructure import address_guard
from pixcrawler.bootstrap.paces import Paces
from pixcrawler.bootstrap.sources import Outside, sources
from pixcrawler.bootstrap.stores import hot_store
from pixcrawler.settings import Settings


@asynccontextmanager
async def open_sources(settings: Settings) -> AsyncIterator[Sources]:
    """For listing and probing; each source keeps its own pace only within this process."""
    async with AsyncExitStack() as stack:
        given = settings.redis.url
        base = Outside(
            settings=settings,
            store=await stack.enter_async_context(hot_store(settings)),
            guard=address_guard(settings),
            paces=Paces(settings, None),
            clock=SystemClock(),
            cache=cache(settings, None if given is None else given.reveal(), stack),
        )
        stack.push_async_callback(base.paces.aclose)
        yield sources(base, stack)
