"""The sources of a process, with their API clients."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.sources import SOURCES, SourceConfig, SourceContext, SourceRegistry, offer
from pixcrawler.adapters.sources.factory import RobotsRules
from pixcrawler.adapters.sources.watched import WatchedSources
from pixcrawler.application.ports.cache import Cache
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.source import Sources
from pixcrawler.bootstrap.cache import shared_robots
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.paces import Paces
from pixcrawler.settings import Secret, Settings

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.page_client import PageClient
    from pixcrawler.adapters.fetching.robots import Objection
    from pixcrawler.adapters.fetching.site_rules import SiteRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What sources are built from: the part of Infrastructure that they need."""

    settings: Settings
    store: ObjectStore
    guard: AddressGuard
    paces: Paces
    cache: Cache
    clock: Clock


def sources(base: Outside | Infrastructure, stack: AsyncExitStack) -> Sources:
    """Clients are closed with the stack."""
    settings = base.settings
    configs = source_configs(settings)

    def client(source_id: str, interval: float) -> ApiClient:
        made = ApiClient(
            guard=base.guard,
            user_agent=settings.fetch.user_agent,
            interval=interval,
            timeout=settings.fetch.timeout,
            attempts=settings.fetch.attempts,
            wait_min=settings.fetch.retry_min,
            wait_max=settings.fetch.retry_max,
            pace=base.paces.of_api(source_id, interval, _base_url(configs, source_id)),
        )
        stack.push_async_callback(made.aclose)
        return made

    clients: dict[float, PageClient] = {}

    def pages(interval: float | None) -> "PageClient":
        """One for all sources of the same pace."""
        between = settings.fetch.page_interval if interval is None else interval
        if between not in clients:
            clients[between] = _page_client(base, between)
            stack.push_async_callback(clients[between].aclose)
        return clients[between]

    context = SourceContext(
        client=client,
        store=base.store,
        folder_roots=settings.sources.folder.roots,
        robots=_robots(base, stack) if settings.fetch.respect_robots else None,
        pages=pages,
        max_pages=settings.sources.web.max_pages,
        link_depth=settings.sources.web.depth,
    )
    registry = SourceRegistry(offer(SOURCES, allowed=_allowed(settings, configs)), context, configs)
    return WatchedSources(registry, base.cache, base.clock, seconds=settings.cache.sources_seconds)


def _base_url(configs: Mapping[str, SourceConfig], source_id: str) -> str | None:
    return configs[source_id].base_url if source_id in configs else None


def _allowed(settings: Settings, configs: Mapping[str, SourceConfig]) -> frozenset[str] | None:
    """Where no plug-in's code runs that nobody asked for: those that are switched on by name."""
    if settings.pixcrawler.environment in ("development", "test"):
        return None
    return frozenset(id_ for id_, config in configs.items() if config.enabled)


def _page_client(base: Outside | Infrastructure, interval: float) -> "PageClient":
    from pixcrawler.adapters.fetching.page_client import PageClient, PageLimits  # and aiohttp

    fetch = base.settings.fetch
    return PageClient(
        guard=base.guard,
        user_agent=fetch.user_agent,
        pace=base.paces.of_pages(interval),
        limits=PageLimits(total=fetch.timeout, connect=fetch.connect_timeout),
        repeats=Repeats(attempts=fetch.attempts, wait_min=fetch.retry_min, wait_max=fetch.retry_max),
        respect_robots=fetch.respect_robots,
        respect_opt_out=fetch.respect_opt_out,
        files_pace=base.paces.files,
        shared_robots=shared_robots(base.cache, base.settings),
    )


def _robots(base: Outside | Infrastructure, stack: AsyncExitStack) -> RobotsRules:
    opened: list[SiteRules] = []

    async def objection(url: str) -> "Objection | None":
        if not opened:
            opened.append(_site_rules(base))
            stack.push_async_callback(opened[0].aclose)
        return await opened[0].objection(url)

    return objection


def _site_rules(base: Outside | Infrastructure) -> "SiteRules":
    from pixcrawler.adapters.fetching.site_rules import SiteRules  # and aiohttp

    fetch = base.settings.fetch
    repeats = Repeats(attempts=fetch.attempts, wait_min=fetch.retry_min, wait_max=fetch.retry_max)
    return SiteRules(
        guard=base.guard,
        user_agent=fetch.user_agent,
        pace=base.paces.pages,
        repeats=repeats,
        shared=shared_robots(base.cache, base.settings),
    )


def source_configs(settings: Settings) -> dict[str, SourceConfig]:
    """What is set, by source id. A section has those settings that mean something to its source."""
    return {id_: _config(section) for id_, section in settings.sources.by_id().items()}


def _config(section: Struct) -> SourceConfig:
    key = getattr(section, "api_key", None)
    return SourceConfig(
        enabled=getattr(section, "enabled", None),
        api_key=key.reveal() if isinstance(key, Secret) else None,
        base_url=getattr(section, "base_url", None),
        interval=getattr(section, "interval", None),
        respect_robots=getattr(section, "respect_robots", True),
    )
