"""The sources that there are, ours and those of plug-ins."""

from pixcrawler.adapters.sources import (
    bing,
    brave,
    duckduckgo,
    feed,
    flickr,
    folder,
    inaturalist,
    met,
    openverse,
    searxng,
    url_list,
    web,
    wikimedia,
)
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.plug_ins import Offer, offer
from pixcrawler.adapters.sources.registry import SourceRegistry

__all__ = [
    "SOURCES",
    "Offer",
    "SourceConfig",
    "SourceContext",
    "SourceFactory",
    "SourceRegistry",
    "offer",
]

SOURCES: dict[str, SourceFactory] = {
    "openverse": openverse.FACTORY,
    "wikimedia": wikimedia.FACTORY,
    "inaturalist": inaturalist.FACTORY,
    "met": met.FACTORY,
    "url_list": url_list.FACTORY,
    "web": web.FACTORY,
    "feed": feed.FACTORY,
    "folder": folder.FACTORY,
    "flickr": flickr.FACTORY,
    "brave": brave.FACTORY,
    "searxng": searxng.FACTORY,
    "bing": bing.FACTORY,
    "duckduckgo": duckduckgo.FACTORY,
}
