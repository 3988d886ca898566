"""A source in front of something that answers it."""

from dataclasses import dataclass, field

from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source
from pixcrawler.domain.crawling.filters import SearchFilters

MOST_PAGES = 500


@dataclass(frozen=True, kw_only=True)
class SourceCase:
    """``query`` finds ``count`` candidates, more than fit two pages; ``vain`` finds nothing (None: there is
    no such query). ``probed`` is False where the source's probe wants more than this case can answer.
    ``lost`` is the same source pointed at an address where nobody listens, without repeats (None: the source
    asks nobody).
    """

    source: Source
    query: SearchQuery
    count: int
    vain: SearchQuery | None = None
    probed: bool = True
    lost: Source | None = None
    _read: list[tuple[str | None, SearchPage]] = field(default_factory=list, init=False, repr=False)

    async def pages(self) -> list[tuple[str | None, SearchPage]]:
        """Every page of the search with the cursor that it was asked by; asked for once."""
        pages = self._read
        cursor = pages[-1][1].next_cursor if pages else None
        if pages and cursor is None:
            return pages
        while len(pages) < MOST_PAGES:
            page = await self.source.search(self.query, cursor)
            pages.append((cursor, page))
            cursor = page.next_cursor
            if cursor is None:
                return pages
        raise AssertionError(f"the pages do not end: {MOST_PAGES} were read, and there is a next one")


def text_query(words: str, filters: SearchFilters | None = None) -> SearchQuery:
    """What a job asks that searches for these words."""
    return SearchQuery(text=words, filters=filters or SearchFilters())
