"""A dry run: what the searches of a job would give first."""

import msgspec

from pixcrawler.application.crawling.asked import asked, notes_on
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.claims import one_line, sober
from pixcrawler.domain.crawling.errors import SourceError
from pixcrawler.domain.crawling.query import searches
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.crawling.triage import refusal


class QueryPreview(msgspec.Struct, frozen=True, kw_only=True):
    """One query's first page. ``total`` is what the source says it has, or None. ``usable`` counts the
    candidates of the page that pass the filters; ``error`` says why there is none; ``notes`` are the
    source's own remarks."""

    source: str
    text: str
    label: str
    total: int | None
    first_page: int
    usable: int
    candidates: tuple[Candidate, ...]
    error: str | None
    notes: tuple[str, ...] = ()


@use_case
class PreviewCrawl:
    """Ask every query for its first page. Nothing is stored, and no picture is fetched."""

    sources: Sources
    samples: int = 3

    async def __call__(self, spec: JobSpec) -> list[QueryPreview]:
        """Raises UnknownSource or SourceDisabled. A source that fails is told in its preview."""
        return [await self._preview(spec, keyword, source, text) for keyword, source, text in searches(spec)]

    async def _preview(self, spec: JobSpec, keyword: int, source_id: str, text: str) -> QueryPreview:
        source = self.sources.get(source_id)
        label = spec.keywords[keyword].label
        try:
            page = await source.search(asked(spec, keyword, source.info, text), None)
        except SourceError as error:
            return QueryPreview(
                source=source_id, text=text, label=label, total=None, first_page=0, usable=0,
                candidates=(), error=str(error),
            )  # fmt: skip
        found = map(sober, page.candidates)
        usable = [one for one in found if refusal(spec, one, keyword=keyword) is None]
        return QueryPreview(
            source=source_id,
            text=text,
            label=label,
            total=page.total,
            first_page=len(page.candidates),
            usable=len(usable),
            candidates=tuple(usable[: self.samples]),
            error=None,
            notes=(*notes_on(source.info, text, spec.filters), *map(one_line, page.notes)),
        )
