"""Sources whose pages a test wrote itself."""

from collections.abc import Mapping, Sequence

from pixcrawler.application.ports.source import (
    SearchPage,
    SearchQuery,
    Source,
    SourceInfo,
    SourceKey,
    SourceStatus,
)
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceDisabled, SourceError, UnknownSource

Pages = Sequence[Sequence[Candidate]]


class PagedSource:
    """Text → pages. Remembers what it was asked; ``failures`` are raised by the next searches."""

    def __init__(
        self, pages: Mapping[str, Pages], *, source_id: str = "openverse", needs_text: bool = True
    ) -> None:
        self.pages = dict(pages)
        self.info = SourceInfo(
            id=source_id,
            name=source_id,
            homepage="https://source.example",
            licenses="mixed",
            page_size=20,
            max_results=None,
            needs_text=needs_text,
        )
        self.asked: list[tuple[SearchQuery, str | None]] = []
        self.failures: list[SourceError] = []
        self.notes: tuple[str, ...] = ()

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        self.asked.append((query, cursor))
        if self.failures:
            raise self.failures.pop(0)
        pages = self.pages.get(query.text, [])
        number = int(cursor or 0)
        following = str(number + 1) if number + 1 < len(pages) else None
        found = tuple(pages[number]) if pages else ()
        total = sum(map(len, pages))
        return SearchPage(candidates=found, next_cursor=following, total=total, notes=self.notes)

    async def check(self) -> str:
        return "It answers."


class TableSources:
    """These sources; ``disabled`` ones are known and not to be had."""

    def __init__(self, *sources: Source, disabled: Sequence[str] = ()) -> None:
        self._sources = {source.info.id: source for source in sources}
        self._disabled = tuple(disabled)

    def ids(self) -> tuple[str, ...]:
        return (*self._sources, *self._disabled)

    def status(self, source_id: str) -> SourceStatus:
        enabled = source_id not in self._disabled
        return SourceStatus(
            id=source_id,
            enabled=enabled,
            key=SourceKey.NONE,
            switch=f"SOURCE_{source_id.upper()}_ENABLED=true",
            origin="tests",
            info=self.get(source_id).info if enabled else None,
        )

    def troubles(self) -> tuple[str, ...]:
        return ()

    def get(self, source_id: str) -> Source:
        if source_id in self._disabled:
            raise SourceDisabled(f"The source {source_id} is off.")
        if source_id not in self._sources:
            raise UnknownSource(f"There is no source {source_id}.", field="sources")
        return self._sources[source_id]
