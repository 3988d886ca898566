"""The sources of a process, with their API clients."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources import SourceConfig, SourceContext, open_sources
from pixcrawler.application.ports.source import Sources
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.settings import Settings


def sources(base: Infrastructure, stack: AsyncExitStack) -> Sources:
    """Clients are closed with the stack."""
    settings = base.settings

    def client(_source_id: str, interval: float) -> ApiClient:
        made = ApiClient(
            guard=base.guard,
            user_agent=settings.fetch.user_agent,
            interval=interval,
            timeout=settings.fetch.timeout,
            attempts=settings.fetch.attempts,
            wait_min=settings.fetch.retry_min,
            wait_max=settings.fetch.retry_max,
            tls=base.tls,
        )
        stack.push_async_callback(made.aclose)
        return made

    context = SourceContext(client=client, store=base.store, folder_roots=settings.sources.folder.roots)
    return open_sources(context, _configs(settings))


def _configs(settings: Settings) -> dict[str, SourceConfig]:
    given = settings.sources
    key = given.openverse.api_key
    return {
        "openverse": SourceConfig(
            enabled=given.openverse.enabled,
            api_key=None if key is None else key.reveal(),
            base_url=given.openverse.base_url,
            interval=given.openverse.interval,
        ),
        "wikimedia": SourceConfig(
            enabled=given.wikimedia.enabled,
            base_url=given.wikimedia.base_url,
            interval=given.wikimedia.interval,
        ),
        "url_list": SourceConfig(enabled=given.url_list.enabled),
        "folder": SourceConfig(enabled=given.folder.enabled),
    }
