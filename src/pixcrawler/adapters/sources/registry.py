"""The Sources port: what is known, and what of it is built because it is enabled."""

from collections.abc import Mapping
from types import MappingProxyType

from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.held import HeldSource
from pixcrawler.adapters.sources.plug_ins import FAILURES, OURS, Offer
from pixcrawler.application.ports.source import Source, SourceInfo, SourceKey, SourceStatus
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource

_NOTHING_SET: Mapping[str, SourceConfig] = MappingProxyType({})


class SourceRegistry:
    """``configs`` has an entry for each source with settings of its own.

    Plug-ins are built at once, so that one that fails is told of; ours when they are first asked for, as most
    processes ask for one or two.
    """

    def __init__(
        self, offer: Offer, context: SourceContext, configs: Mapping[str, SourceConfig] = _NOTHING_SET
    ) -> None:
        self._offer = offer
        self._context = context
        self._configs = configs
        self._built: dict[str, Source] = {}
        for id_ in list(offer.factories):
            if offer.origins[id_] != OURS:
                self._try(id_)
        self._known = (*offer.factories, *offer.shut)

    def ids(self) -> tuple[str, ...]:
        return self._known

    def troubles(self) -> tuple[str, ...]:
        return tuple(self._offer.troubles)

    def get(self, source_id: str) -> Source:
        source = self._found(source_id)
        if source is not None:
            return source
        if source_id in self._known:
            message = f"The source {source_id} is switched off: set {self._switch(source_id)}."
            raise SourceDisabled(message, field="sources")
        choice = ", ".join(self._known)
        raise UnknownSource(f"There is no source {source_id!r} (choose from: {choice}).", field="sources")

    def status(self, source_id: str) -> SourceStatus:
        if source_id not in self._known:
            self.get(source_id)
        source = self._found(source_id)
        factory = self._offer.factories.get(source_id)
        return SourceStatus(
            id=source_id,
            enabled=source is not None,
            key=SourceKey.NONE if factory is None else factory.key_status(self._config(source_id)),
            switch=self._switch(source_id),
            origin=self._offer.origins[source_id],
            info=self._info(factory) if source is None else source.info,
        )

    def _found(self, source_id: str) -> Source | None:
        """None for one that is off, or unknown."""
        if source_id not in self._built and self._offer.origins.get(source_id) == OURS:
            self._build(source_id)
        return self._built.get(source_id)

    def _build(self, source_id: str) -> None:
        factory, config = self._offer.factories[source_id], self._config(source_id)
        if factory.enabled(config):
            source = _checked(factory.build(self._context, config), source_id)
            origin = self._offer.origins[source_id]
            self._built[source_id] = source if origin == OURS else HeldSource(source, origin=origin)

    def _try(self, source_id: str) -> None:
        """A plug-in that fails to build is left out with a warning."""
        try:
            self._build(source_id)
        except FAILURES as error:
            del self._offer.factories[source_id]
            self._offer.complain(
                "source_not_built", source_id, self._offer.origins[source_id], repr(error)[:500]
            )

    def _info(self, factory: SourceFactory | None) -> SourceInfo | None:
        """Of one that is off, as far as it can be told without its settings."""
        if factory is None:
            return None
        try:
            return factory.build(self._context, self._config(factory.id)).info
        except FAILURES:  # it may want what is not set, which is why it is off
            return None

    def _switch(self, source_id: str) -> str:
        """The setting that would switch it on."""
        factory, config = self._offer.factories.get(source_id), self._config(source_id)
        if factory is not None and config.enabled is None and factory.key_status(config) is SourceKey.MISSING:
            return f"SOURCE_{source_id.upper()}_API_KEY"
        return f"SOURCE_{source_id.upper()}_ENABLED=true"

    def _config(self, source_id: str) -> SourceConfig:
        return self._configs.get(source_id, SourceConfig())


def _checked(source: Source, source_id: str) -> Source:
    """Raises TypeError for what is no source of this id."""
    info = getattr(source, "info", None)
    if not isinstance(info, SourceInfo) or info.id != source_id:
        raise TypeError(f"{source!r} has no SourceInfo with the id {source_id}")
    if not (callable(getattr(source, "search", None)) and callable(getattr(source, "check", None))):
        raise TypeError(f"{source!r} has no search and check")
    return source
