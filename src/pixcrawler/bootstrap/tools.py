"""What works on tasks: fetchers, the inspector, the duplicate index, reports, bells."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pixcrawler.adapters.archives.repack import ArchiveRepacker
from pixcrawler.adapters.fetching.blocked_fetcher import BlockedFetcher
from pixcrawler.adapters.fetching.fetcher import SchemeFetcher
from pixcrawler.adapters.fetching.local_fetcher import FolderFetcher
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import FetchLimits, WebFetcher
from pixcrawler.adapters.postgres.blocks import PostgresKnownBlocks
from pixcrawler.adapters.queue.saq_bells import SaqBells
from pixcrawler.adapters.reports.html import HtmlReport
from pixcrawler.application.ports.inspector import Inspector
from pixcrawler.bootstrap.cache import shared_robots
from pixcrawler.bootstrap.idle import Tools
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.on_demand import ConverterOnDemand
from pixcrawler.domain.imaging.prints import Album
from pixcrawler.settings import Settings

LATER = 1.0
"""Seconds after the start, when children decode and this process mostly waits."""


class NearDuplicatesOnDemand:
    """The index loads numpy, which a worker needs when a job ends, not before its first fetch."""

    @staticmethod
    def load() -> None:
        importlib.import_module("pixcrawler.adapters.imaging.near")

    def pairs(self, pictures: Album, level: str) -> list[tuple[int, int]]:
        from pixcrawler.adapters.imaging.near import MultiIndexNearDuplicates

        return MultiIndexNearDuplicates().pairs(pictures, level)

    def sought(self, pictures: Album, level: str) -> tuple[list[int], int]:
        from pixcrawler.adapters.imaging.near import MultiIndexNearDuplicates

        return MultiIndexNearDuplicates().sought(pictures, level)


@asynccontextmanager
async def working_tools(base: Infrastructure, inspector: Inspector) -> AsyncIterator[Tools]:
    """For a process that works on tasks. Who opened the ``inspector`` closes it."""
    settings = base.settings
    async with AsyncExitStack() as stack:
        web = WebFetcher(
            guard=base.guard,
            receive=base.store.receive,
            user_agent=settings.fetch.user_agent,
            limits=_limits(settings),
            repeats=_repeats(settings),
            pace=base.paces.files,
            respect_robots=settings.fetch.respect_robots,
            respect_opt_out=settings.fetch.respect_opt_out,
            shared_robots=shared_robots(base.cache, settings),
        )
        stack.push_async_callback(web.aclose)
        roots = settings.sources.folder.roots
        largest = settings.fetch.max_bytes
        folder = FolderFetcher(roots=roots, receive=base.store.receive, largest=largest) if roots else None
        if folder is not None:
            stack.callback(folder.close)
        loop = asyncio.get_running_loop()
        stack.callback(loop.call_later(LATER, loop.run_in_executor, None, NearDuplicatesOnDemand.load).cancel)
        bells = SaqBells(base.servers.redis_url, prefix=settings.redis.prefix)
        stack.push_async_callback(bells.close)
        yield Tools(
            fetcher=BlockedFetcher(SchemeFetcher(web, folder), PostgresKnownBlocks(base.engine)),
            inspector=inspector,
            near_duplicates=NearDuplicatesOnDemand(),
            converter=ConverterOnDemand(settings, stack),
            reports=HtmlReport(),
            repacker=ArchiveRepacker(),
            bells=bells,
        )


def _limits(settings: Settings) -> FetchLimits:
    fetch = settings.fetch
    return FetchLimits(
        total=fetch.timeout, connect=fetch.connect_timeout, largest=fetch.max_bytes, floor_rate=fetch.min_rate
    )


def _repeats(settings: Settings) -> Repeats:
    fetch = settings.fetch
    return Repeats(attempts=fetch.attempts, wait_min=fetch.retry_min, wait_max=fetch.retry_max)
