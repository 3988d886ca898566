"""The real page client, allowed to some sites of loopback and hurrying; and what such sites say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.page_client import PageClient, PageLimits
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.integration.fetching.site import Site, answer, guard_for

AGENT = "PixCrawler/0.1 (+mailto:operator@example.com)"
QUICK = Repeats(attempts=2, wait_min=0.0, wait_max=0.0, longest_pause=2.0)


@asynccontextmanager
async def page_client(*sites: Site, **changes: Any) -> AsyncIterator[PageClient]:
    settings: dict[str, Any] = {
        "guard": guard_for(*sites),
        "user_agent": AGENT,
        "pace": HostPace(per_host_rate=float("inf")),
        "limits": PageLimits(total=5.0, connect=1.0),
        "repeats": QUICK,
    }
    client = PageClient(**(settings | changes))
    try:
        yield client
    finally:
        await client.aclose()


def html(body: str, *headers: str) -> bytes:
    return answer(200, body.encode(), "Content-Type: text/html; charset=utf-8", *headers)


def xml(body: str | bytes, *headers: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return answer(200, data, "Content-Type: application/xml", *headers)


def of(*urls: str, **filters: Any) -> SearchQuery:
    return SearchQuery(text="", filters=SearchFilters(**filters), input="\n".join(urls))


async def pages_of(source: Source, query: SearchQuery) -> list[SearchPage]:
    """All pages of a search."""
    pages: list[SearchPage] = []
    cursor: str | None = None
    while len(pages) < 200:
        page = await source.search(query, cursor)
        pages.append(page)
        cursor = page.next_cursor
        if cursor is None:
            return pages
    raise AssertionError("the pages do not end")


async def found_by(source: Source, query: SearchQuery) -> list[str]:
    """The paths of all pictures, in order."""
    pages = await pages_of(source, query)
    return ["/" + one.image_url.split("/", 3)[3] for page in pages for one in page.candidates]
