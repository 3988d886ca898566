"""Sources of other distributions, found as entry points of ``pixcrawler.sources``."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

import structlog

from pixcrawler.adapters.sources.factory import SourceFactory

GROUP = "pixcrawler.sources"
OURS = "pixcrawler"
FAILURES = (Exception, SystemExit)
"""A plug-in may fail in any way, also by what ends a program, and must not take us along."""
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_log = structlog.get_logger(__name__)


@dataclass
class Offer:
    """What can be built, and by whom it is made. ``shut`` were not loaded, as nobody allowed them;
    ``troubles`` says, a sentence each, what could not be."""

    factories: dict[str, SourceFactory]
    origins: dict[str, str]
    shut: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def complain(self, event: str, source: str, origin: str, why: str) -> None:
        self.troubles.append(f"The source {source!r} of {origin} cannot be used: {why}.")
        _log.warning(event, source=source, distribution=origin, why=why)


def offer(
    ours: Mapping[str, SourceFactory],
    plug_ins: Iterable[EntryPoint] | None = None,
    *,
    allowed: Container[str] | None = None,
) -> Offer:
    """Ours, and the plug-ins. One that does not load, or takes the id of another, is left out with a warning.

    A plug-in's code runs when it is loaded: where ``allowed`` is given, only those named there are.
    """
    found = Offer(dict(ours), dict.fromkeys(ours, OURS))
    for point in entry_points(group=GROUP) if plug_ins is None else plug_ins:
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
        if point.name in found.origins:
            why = f"{found.origins[point.name]} has one of this name"
            found.complain("source_name_taken", point.name, origin, why)
        elif _ID.fullmatch(point.name) is None:
            found.complain("source_name_malformed", point.name, origin, "an id is like my_source")
        elif allowed is not None and point.name not in allowed:
            found.shut.append(point.name)
            found.origins[point.name] = origin
        else:
            _load(point, origin, found)
    return found


def _load(point: EntryPoint, origin: str, found: Offer) -> None:
    try:
        factory = point.load()
    except FAILURES as error:
        found.complain("source_not_loaded", point.name, origin, repr(error)[:500])
        return
    if isinstance(factory, SourceFactory) and factory.id == point.name:
        found.factories[point.name] = factory
        found.origins[point.name] = origin
    else:
        why = f"{point.value} is no SourceFactory with the id {point.name} but {factory!r}"[:500]
        found.complain("source_is_no_factory", point.name, origin, why)
