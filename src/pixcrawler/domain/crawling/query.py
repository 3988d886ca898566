"""One search sent to one source."""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.crawling.terms import same, without_repeats
from pixcrawler.domain.shared.ids import CrawlJobId, QueryId

MOST_BARREN = 10
"""Pages without anything new after which a query is exhausted."""


class QueryStatus(StrEnum):
    OPEN = "open"
    EXHAUSTED = "exhausted"
    FAILED = "failed"


class Query(msgspec.Struct, kw_only=True):
    """A keyword at a source, and how far its pages have been read.

    ``keyword`` is the keyword's place in the job's list. Within a keyword, queries take turns in
    ``position`` order, one page each. ``barren`` counts its last pages that brought nothing new: a source
    that turns in circles has an end too. ``searching`` is set while a page is being asked for.
    """

    id: QueryId
    job_id: CrawlJobId
    position: int
    keyword: int
    source: str
    text: str
    cursor: str | None
    pages: int
    found: int
    barren: int
    searching: bool
    status: QueryStatus
    error: str | None

    def page_came(self, next_cursor: str | None, *, found: int, added: int, ends: bool = False) -> None:
        """A page with ``found`` candidates, ``added`` of which the job had not known. ``ends``: the source
        comes to an end by itself, however many of its pages in a row have nothing new."""
        self.pages += 1
        self.found += found
        self.cursor = next_cursor
        self.searching = False
        self.barren = 0 if added else self.barren + 1
        if next_cursor is None or (self.barren >= MOST_BARREN and not ends):
            self.status = QueryStatus.EXHAUSTED

    def gave_up(self, error: str) -> None:
        """The source failed for good; what it gave so far stays."""
        self.searching = False
        self.status = QueryStatus.FAILED
        self.error = error

    def reopen(self) -> None:
        """For a new run: a failed query goes on at the page where it failed."""
        self.searching = False
        if self.status is QueryStatus.FAILED:
            self.status = QueryStatus.OPEN
            self.error = None


def searches(spec: JobSpec) -> list[tuple[int, str, str]]:
    """(keyword, source, text) of each query of a job, in the order in which they take turns.

    No source is asked the same twice, letter case and blanks aside. A text that two keywords have belongs
    to the one whose own text it is, else to the first; one with other exclusions is another query. What was
    sent along for a source is read once, whatever else is searched for.
    """
    owner: dict[tuple[str, frozenset[str]], int] = {}
    for own in (True, False):
        for number, keyword in enumerate(spec.keywords):
            for text in (keyword.text,) if own else keyword.queries:
                owner.setdefault(_asked(keyword, text), number)
    return [
        (number, source, text)
        for number, keyword in enumerate(spec.keywords)
        for text in without_repeats(keyword.texts)
        if owner[_asked(keyword, text)] == number
        for source in spec.sources
        if text == keyword.text or source not in spec.inputs
    ]


def _asked(keyword: Keyword, text: str) -> tuple[str, frozenset[str]]:
    return same(text), frozenset(map(same, keyword.exclude))


def new_queries(job_id: CrawlJobId, spec: JobSpec, new_id: Callable[[], UUID]) -> list[Query]:
    """The queries of a job that begins, none of them asked yet."""
    return [
        Query(
            id=QueryId(new_id()),
            job_id=job_id,
            position=position,
            keyword=keyword,
            source=source,
            text=text,
            cursor=None,
            pages=0,
            found=0,
            barren=0,
            searching=False,
            status=QueryStatus.OPEN,
            error=None,
        )
        for position, (keyword, source, text) in enumerate(searches(spec))
    ]
