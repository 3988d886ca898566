"""Places where images are found."""

from enum import StrEnum
from typing import Protocol

import msgspec

from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import ImageType, SearchFilters

LOCAL = frozenset({"folder"})
"""Sources that read this machine's disk: for its own keyboard, never for a request over the network."""


class SourceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a source is and can do.

    ``max_results`` is how many one query can give at most (None: no limit known). ``filters`` names the
    fields of ``SearchFilters`` that the source applies itself; the rest is applied afterwards.
    ``image_types`` are the kinds that it can be asked for, where it cannot for each.
    ``operators`` names what a query's text may hold there: ``phrase`` ("in quotes"), ``not`` (-word).
    ``needs_text`` is False for sources that are a list by themselves (URL list, folder). ``ends`` is True
    where its pages are finite by its own care: many in a row without anything new do not end the search.
    """

    id: str
    name: str
    homepage: str
    licenses: str
    page_size: int
    max_results: int | None
    needs_key: bool = False
    official: bool = True
    needs_text: bool = True
    filters: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    image_types: frozenset[ImageType] = frozenset(ImageType)
    ends: bool = False


class SourceKey(StrEnum):
    """Whether a source takes a key, and has one."""

    NONE = "none"
    OPTIONAL = "optional"
    SET = "set"
    MISSING = "missing"


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a source stands here.

    ``switch`` is the setting that would switch it on; ``origin`` the distribution that it comes from.
    ``info`` is None for one that is off and does not tell before it is on.
    """

    id: str
    enabled: bool
    key: SourceKey
    switch: str
    origin: str
    info: SourceInfo | None


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One search sent to one source.

    ``text`` is empty for sources that need none. ``input`` is what the job brought along for this
    source: the object key of a URL list, or a folder's path (command line only).
    """

    text: str
    filters: SearchFilters
    input: str | None = None


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of results in the source's order. ``next_cursor`` is None when this was the last.

    ``skipped`` counts results that could not become candidates (no URL, a licence flag that the source
    could not filter), by reason, so that the counts add up. ``notes`` are sentences for the user: what the
    source did not do of what was asked for (an engine that stayed silent, a filter that it does not have).
    """

    candidates: tuple[Candidate, ...]
    next_cursor: str | None
    total: int | None = None
    skipped: int = 0
    notes: tuple[str, ...] = ()


class Source(Protocol):
    """A place where images are found. One instance serves all jobs of a process."""

    @property
    def info(self) -> SourceInfo: ...

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        """One page; ``cursor`` is None for the first, else what the page before gave.

        The same query and cursor asked again give the same page as long as the source's own data stays
        as it is: a search may be repeated after a crash.

        Raises:
            SourceBlocked: the source refuses this client (403, a captcha, quota used up).
            SourceKeyRefused: the key is missing or wrong.
            SourceUnreachable: no connection, or a server error, after the adapter's own repeats.
            SourceChangedShape: the answer is not what the source's documentation promises.
        """
        ...

    async def check(self) -> str:
        """A live probe: a short sentence on success, else one of the errors of ``search``."""
        ...


class Sources(Protocol):
    """The sources of this process, by id."""

    def ids(self) -> tuple[str, ...]:
        """All that are known, enabled or not."""
        ...

    def get(self, source_id: str) -> Source:
        """Raises UnknownSource, or SourceDisabled naming the setting that enables it."""
        ...

    def status(self, source_id: str) -> SourceStatus:
        """Raises UnknownSource."""
        ...

    def troubles(self) -> tuple[str, ...]:
        """A sentence for each plug-in that could not be used."""
        ...
