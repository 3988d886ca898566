"""Pictures of web pages, whole sites and sitemaps that the user names.

An address is a page; one that ends in ``/*`` is everything below it, read breadth-first from the links of its
start and from the sitemaps that robots.txt names; a sitemap is the pictures that it lists, and the pages for
which it lists none.
"""

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.sources.described import Described, candidate
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.adapters.sources.web_reading import Reading
from pixcrawler.adapters.sources.web_trail import Stop, Trail, from_cursor, to_cursor
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.addresses import addresses
from pixcrawler.domain.crawling.errors import InvalidJob, SourceBlocked
from pixcrawler.domain.shared.reasons import Reason

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.page_client import PageClient
    from pixcrawler.adapters.sources.web_document import Document

PAGE_SIZE = 500
READ_AT_ONCE = 4
"""Documents without pictures that one search reads before it says so."""
MOST_OPEN = 4


class WebSource:
    """Of one address at most ``max_pages`` pages are read, of a whole site those that are at most ``depth``
    links away from its start."""

    def __init__(self, client: "PageClient", *, max_pages: int = 1_000, depth: int = 5) -> None:
        self._client = client
        self._max_pages = max_pages
        self._depth = depth
        self._open: OrderedDict[tuple[str, int], Document] = OrderedDict()
        self._info = SourceInfo(
            id="web",
            name="Web pages and sites",
            homepage="",
            licenses="as the pages say, else unknown",
            page_size=PAGE_SIZE,
            max_results=None,
            needs_text=False,
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if query.input is None:
            raise InvalidJob("The source web needs an address: give one with --input URL.", field="input")
        given = addresses(query.input)
        reading = Reading(given, _trail(cursor), max_pages=self._max_pages, depth=self._depth)
        least = min(query.filters.min_size or (0, 0))
        for _ in range(READ_AT_ONCE):
            if not reading.trail.waiting and not await reading.begin(self._client):
                break
            if found := await self._read(reading, least):
                return SearchPage(
                    candidates=tuple(candidate(one, "web") for one in found),
                    next_cursor=_cursor(reading),
                    skipped=reading.skipped,
                    notes=tuple(reading.notes),
                )
        if reading.over and not reading.trail.turns.read:
            raise SourceBlocked("web", " ".join(reading.notes) or "None of the addresses could be read.")
        return SearchPage(
            candidates=(), next_cursor=_cursor(reading), skipped=reading.skipped, notes=tuple(reading.notes)
        )

    async def check(self) -> str:
        return "Needs no connection of its own: the pages are the user's to name."

    async def _read(self, reading: Reading, least: int) -> list[Described]:
        """The next pictures of what is first in line; none when it has none, or did not come."""
        from pixcrawler.adapters.sources.web_document import NoDocument

        trail = reading.trail
        stop = trail.waiting[0]
        try:
            document = await self._document(stop, least, again=trail.handed > 0)
        except Miss as miss:
            reading.missed(stop, miss.reason, miss.evidence)
            return []
        except NoDocument as error:
            reading.missed(stop, Reason.UNSUPPORTED_FORMAT, str(error))
            return []
        found = document.pictures[trail.handed : trail.handed + PAGE_SIZE]
        rest = len(document.pictures) - trail.handed - len(found)
        reading.read(stop, document, whole=rest <= 0)
        if rest > 0:
            trail.handed += len(found)
            self._keep((stop.url, least), document)
        return found

    async def _document(self, stop: Stop, least: int, *, again: bool) -> "Document":
        """A large one is kept between the searches that hand out its pictures. Raises Miss, NoDocument."""
        from pixcrawler.adapters.sources.web_document import read_document

        if again and (kept := self._open.pop((stop.url, least), None)) is not None:
            return kept
        page = await self._client.get(stop.url)
        return await asyncio.to_thread(read_document, page, least=least, obey=self._client.respect_opt_out)

    def _keep(self, key: tuple[str, int], document: "Document") -> None:
        self._open[key] = document
        while len(self._open) > MOST_OPEN:
            self._open.popitem(last=False)


def _trail(cursor: str | None) -> Trail:
    return Trail() if cursor is None else from_cursor(cursor)


def _cursor(reading: Reading) -> str | None:
    return None if reading.over else to_cursor(reading.trail)


def _build(context: SourceContext, config: SourceConfig) -> WebSource:
    client = context.page_client(config)
    return WebSource(client, max_pages=context.max_pages, depth=context.link_depth)


FACTORY = SourceFactory(id="web", build=_build)
