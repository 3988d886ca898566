"""How a source comes into being: what it is given, and what a setting may change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.source import Source, SourceKey

if TYPE_CHECKING:  # every command line loads this file, and few read web pages
    from pixcrawler.adapters.fetching.page_client import PageClient
    from pixcrawler.adapters.fetching.robots import Objection

RobotsRules = Callable[[str], Awaitable["Objection | None"]]
"""What a site's robots.txt has against an address."""


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """The operator's settings of one source (``SOURCE_<ID>_…``); None leaves the source's own default.

    ``interval`` is the least number of seconds between two calls of its API. ``respect_robots`` is for
    sources that read pages which are no documented API.
    """

    enabled: bool | None = None
    api_key: str | None = field(default=None, repr=False)
    base_url: str | None = None
    interval: float | None = None
    respect_robots: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceContext:
    """What sources are built from.

    ``client`` gives the API client of a source id, paced to so many seconds between calls; its maker
    closes it. ``folder_roots`` are the only folders that may be crawled. ``page_size`` is how many
    candidates a page of a URL list or a folder holds. ``robots`` is None where robots.txt is not obeyed at
    all. ``pages`` gives the client for web pages, paced to so many seconds between two of one site (None: as
    is usual); of one address at most ``max_pages`` are read, ``link_depth`` links away from its start.
    """

    client: Callable[[str, float], ApiClient]
    store: ObjectStore
    folder_roots: tuple[Path, ...] = ()
    page_size: int = 250
    robots: RobotsRules | None = None
    pages: "Callable[[float | None], PageClient] | None" = None
    max_pages: int = 1_000
    link_depth: int = 5

    def page_client(self, config: SourceConfig) -> "PageClient":
        """Raises LookupError where this context was made for sources that read no pages."""
        if self.pages is None:
            raise LookupError("this context has no client for web pages")
        return self.pages(config.interval)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFactory:
    """A source that can be built. Plug-ins offer one as an entry point of ``pixcrawler.sources``.

    One that ``needs_key`` is on by default only where a key is set; one that ``takes_key`` works without.
    """

    id: str
    build: Callable[[SourceContext, SourceConfig], Source]
    enabled_by_default: bool = True
    needs_key: bool = False
    takes_key: bool = False
    default_base_url: str = ""
    default_interval: float = 0.0

    def enabled(self, config: SourceConfig) -> bool:
        if config.enabled is not None:
            return config.enabled
        return self.enabled_by_default and (config.api_key is not None or not self.needs_key)

    def key_status(self, config: SourceConfig) -> SourceKey:
        if not (self.needs_key or self.takes_key):
            return SourceKey.NONE
        if config.api_key is not None:
            return SourceKey.SET
        return SourceKey.MISSING if self.needs_key else SourceKey.OPTIONAL

    def base_url(self, config: SourceConfig) -> str:
        return (config.base_url or self.default_base_url).rstrip("/")

    def client(self, context: SourceContext, config: SourceConfig) -> ApiClient:
        interval = self.default_interval if config.interval is None else config.interval
        return context.client(self.id, interval)
