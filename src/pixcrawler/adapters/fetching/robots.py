"""robots.txt (RFC 9309), for image files and pages. A source's documented API goes by its own terms."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from protego import Protego

from pixcrawler.adapters.fetching.flights import Flights
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.robots_lines import naming_line
from pixcrawler.adapters.fetching.robots_rules import read_rules
from pixcrawler.adapters.fetching.shared_robots import SharedRobots
from pixcrawler.adapters.fetching.site_file import SiteFile
from pixcrawler.adapters.fetching.urls import Place
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.pace import Pace
from pixcrawler.domain.shared.reasons import Reason

LONGEST_DELAY = 30.0  # seconds of Crawl-delay that are honoured
DAY = 86_400.0
FAILURE_KEPT = 300.0  # seconds; a server error closes a site, but not for a day
MOST_ORIGINS = 2_000
MOST_KEPT = 32 * 1024 * 1024  # characters of all files together


class Objection(NamedTuple):
    """Why not. A host that gave no rules because it does not answer is closed for that reason, which
    may pass; one that forbids it, for ROBOTS."""

    reason: Reason
    evidence: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one origin said. No ``parser``: everything is allowed, or, with ``closed``, nothing."""

    until: float
    parser: Protego | None = None
    text: str = ""
    closed: Objection | None = None


class Robots:
    """The rules of each origin, fetched once through the guard and kept for at most a day; ``shared`` with
    other processes.

    A 4xx or a sixth redirect means that there are no rules; a 5xx or no answer closes the origin.
    """

    def __init__(
        self,
        wire: Wire,
        guard: AddressGuard,
        pace: Pace,
        *,
        agent: str,
        repeats: Repeats,
        shared: SharedRobots | None = None,
        deadline: float = 15.0,
        ttl: float = DAY,
    ) -> None:
        self._pace = pace
        self._file = SiteFile(wire, guard, pace, patience=repeats.longest_pause, deadline=deadline)
        self._agent = agent
        self._repeats = repeats
        self._shared = shared
        self._ttl = min(ttl, DAY)
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._kept = 0
        self._asking: Flights[_Rules] = Flights()

    async def objection(self, place: Place) -> Objection | None:
        """What stands against fetching it (a line of robots.txt, or why there was none), or None.

        Raises HostPaused when the host is not to be asked for a while.
        """
        rules = await self._rules(place)
        if rules.closed is not None:
            return rules.closed
        if rules.parser is None or rules.parser.can_fetch(place.url, self._agent):
            return None
        return Objection(Reason.ROBOTS, naming_line(rules.text, place.url, self._agent))

    async def sitemaps(self, place: Place) -> tuple[str, ...]:
        """The ``Sitemap`` lines of its origin, as they are written. Raises HostPaused."""
        rules = await self._rules(place)
        return tuple(rules.parser.sitemaps) if rules.parser is not None else ()

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _rules(self, place: Place) -> _Rules:
        known = self._known.get(place.origin)
        if known is None or known.until <= time.monotonic():
            known = await self._asking.join(place.origin, lambda: self._learn(place))
        return known

    async def _learn(self, place: Place) -> _Rules:
        known = await self._shared.get(place.origin) if self._shared is not None else None
        try:
            text, left = known or (await self._ask(place), self._ttl)
        except Miss as miss:
            rules = _Rules(time.monotonic() + FAILURE_KEPT, closed=_unanswered(miss))
        else:
            rules = self._read(text, place, min(left, self._ttl))
        self._keep(place.origin, rules)
        return rules

    async def _ask(self, place: Place) -> str:
        text = await self._repeats.run(self._file.text, f"{place.origin}/robots.txt")
        if self._shared is not None:
            await self._shared.put(place.origin, text)
        return text

    def _read(self, text: str, place: Place, seconds: float) -> _Rules:
        until = time.monotonic() + seconds
        if not text.strip():
            return _Rules(until)
        parser = read_rules(text, self._agent)
        delay = parser.crawl_delay(self._agent)
        if delay:
            self._pace.space_out(place.paced_as, min(float(delay), LONGEST_DELAY))
        return _Rules(until, parser, text)

    def _keep(self, origin: str, rules: _Rules) -> None:
        old = self._known.pop(origin, None)
        self._kept += len(rules.text) - (len(old.text) if old else 0)
        self._known[origin] = rules
        while len(self._known) > MOST_ORIGINS or self._kept > MOST_KEPT:
            _, dropped = self._known.popitem(last=False)
            self._kept -= len(dropped.text)


def _unanswered(miss: Miss) -> Objection:
    """Without an answer nothing is allowed (RFC 9309, 2.3.1.4), for a reason that may pass."""
    reason = miss.reason if miss.reason.retryable else Reason.ROBOTS
    return Objection(reason, f"robots.txt: {miss.reason}, {miss.evidence}")
