"""What a site as a whole says of machine learning: ai.txt, and TDM reservations by path."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from protego import Protego

from pixcrawler.adapters.fetching.flights import Flights
from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.fetching.robots_lines import naming_line
from pixcrawler.adapters.fetching.robots_rules import read_rules
from pixcrawler.adapters.fetching.site_file import SiteFile
from pixcrawler.adapters.fetching.tdmrep import PATH, SiteReservation
from pixcrawler.adapters.fetching.urls import Place
from pixcrawler.application.ports.pace import HostPaused
from pixcrawler.application.ports.waiting import together

DAY = 86_400.0
AFTER_FAILURE = 600.0  # seconds
MOST_ORIGINS = 2_000
MOST_KEPT = 64 * 1024  # characters of one file


@dataclass(frozen=True, slots=True)
class SiteWords:
    """``ai`` is None where the site has no ai.txt that says anything."""

    until: float
    reservation: SiteReservation
    ai: Protego | None
    ai_text: str

    def objection(self, url: str, agent: str) -> str | None:
        """The line of ai.txt that forbids it, or None."""
        if self.ai is None or self.ai.can_fetch(url, agent):
            return None
        return naming_line(self.ai_text, url, agent, file="ai.txt")


class SiteOptOuts:
    """Two requests per origin and day, at the same time. A site that has no such files, or does not give
    them, says nothing by them."""

    def __init__(self, file: SiteFile, *, agent: str) -> None:
        self._file = file
        self._agent = agent
        self._known: OrderedDict[str, SiteWords] = OrderedDict()
        self._asking: Flights[SiteWords] = Flights()

    async def of(self, place: Place) -> SiteWords:
        words = self._known.get(place.origin)
        if words is None or words.until <= time.monotonic():
            words = await self._asking.join(place.origin, lambda: self._learn(place))
        return words

    async def aclose(self) -> None:
        await self._asking.aclose()

    async def _learn(self, place: Place) -> SiteWords:
        reservation, ai = await together(
            self._text(place.origin + PATH), self._text(f"{place.origin}/ai.txt")
        )
        answered = reservation is not None and ai is not None
        text = (ai or "")[:MOST_KEPT]
        words = SiteWords(
            until=time.monotonic() + (DAY if answered else AFTER_FAILURE),
            reservation=SiteReservation((reservation or "")[:MOST_KEPT]),
            ai=read_rules(text, self._agent) if "disallow" in text.lower() else None,
            ai_text=text,
        )
        self._known.pop(place.origin, None)
        self._known[place.origin] = words
        while len(self._known) > MOST_ORIGINS:
            self._known.popitem(last=False)
        return words

    async def _text(self, url: str) -> str | None:
        try:
            return await self._file.text(url)
        except (Miss, HostPaused):
            return None
