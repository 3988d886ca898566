"""The sources that there are, ours and those of plug-ins."""

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

import structlog

from pixcrawler.adapters.sources import (
    bing,
    duckduckgo,
    flickr,
    folder,
    inaturalist,
    met,
    openverse,
    searxng,
    url_list,
    wikimedia,
)
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import Source
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource

__all__ = [
    "SOURCES",
    "SourceConfig",
    "SourceContext",
    "SourceFactory",
    "SourceRegistry",
    "factories",
    "open_sources",
]

SOURCES: dict[str, SourceFactory] = {
    "openverse": openverse.FACTORY,
    "wikimedia": wikimedia.FACTORY,
    "inaturalist": inaturalist.FACTORY,
    "met": met.FACTORY,
    "url_list": url_list.FACTORY,
    "folder": folder.FACTORY,
    "flickr": flickr.FACTORY,
    "searxng": searxng.FACTORY,
    "bing": bing.FACTORY,
    "duckduckgo": duckduckgo.FACTORY,
}
GROUP = "pixcrawler.sources"

_NOTHING_SET: Mapping[str, SourceConfig] = MappingProxyType({})
_log = structlog.get_logger(__name__)


def factories(plug_ins: Iterable[EntryPoint] | None = None) -> dict[str, SourceFactory]:
    """Ours, and those that installed distributions offer as entry points of ``pixcrawler.sources``.

    One that does not load, or takes the id of another, is left out with a warning in the log.
    """
    known = dict(SOURCES)
    for point in entry_points(group=GROUP) if plug_ins is None else plug_ins:
        origin = point.dist.name if point.dist else "unknown"
        if point.name in known:
            _log.warning("source_name_taken", source=point.name, distribution=origin)
            continue
        try:
            factory = point.load()
        except Exception as error:  # noqa: BLE001  a plug-in may fail in any way, and must not take us along
            _log.warning("source_not_loaded", source=point.name, distribution=origin, error=repr(error))
            continue
        if isinstance(factory, SourceFactory) and factory.id == point.name:
            known[point.name] = factory
        else:
            _log.warning(
                "source_is_no_factory", source=point.name, distribution=origin, found=repr(factory)[:200]
            )
    return known


class SourceRegistry:
    """The Sources port: what is known, and what of it is built because it is enabled."""

    def __init__(self, known: Iterable[str], built: Mapping[str, Source]) -> None:
        self._known = tuple(known)
        self._built = dict(built)

    def ids(self) -> tuple[str, ...]:
        return self._known

    def get(self, source_id: str) -> Source:
        source = self._built.get(source_id)
        if source is not None:
            return source
        if source_id in self._known:
            setting = f"SOURCE_{source_id.upper()}_ENABLED"
            raise SourceDisabled(
                f"The source {source_id} is switched off: set {setting}=true.", field="sources"
            )
        choice = ", ".join(self._known)
        raise UnknownSource(f"There is no source {source_id!r} (choose from: {choice}).", field="sources")


def open_sources(
    context: SourceContext,
    configs: Mapping[str, SourceConfig] = _NOTHING_SET,
    known: Mapping[str, SourceFactory] | None = None,
) -> SourceRegistry:
    """Build the enabled ones. ``configs`` has an entry for each source with settings of its own.

    A plug-in that fails to build is left out with a warning; one of ours would be a bug, and raises.
    """
    offered = factories() if known is None else known
    built: dict[str, Source] = {}
    ids: list[str] = []
    for id_, factory in offered.items():
        config = configs.get(id_, SourceConfig())
        try:
            if factory.enabled(config):
                built[id_] = factory.build(context, config)
        except Exception as error:
            if id_ in SOURCES:
                raise
            _log.warning("source_not_built", source=id_, error=repr(error))
            continue
        ids.append(id_)
    return SourceRegistry(ids, built)
