"""A first look at what one search would find."""

import msgspec

from pixcrawler.application.crawling.asked import asked, notes_on
from pixcrawler.application.ports.source import LOCAL, Source, Sources
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.addresses import ADDRESS_SOURCES, checked_addresses
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.claims import one_line, sober
from pixcrawler.domain.crawling.errors import InvalidJob, UnknownSource
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.spec import JobSpec, Keyword, SizeRules, checked_keywords
from pixcrawler.domain.crawling.triage import refusal
from pixcrawler.domain.shared.actor import READ, Actor


class SearchWanted(msgspec.Struct, frozen=True, kw_only=True):
    """One keyword for one source, or what a source is to read that needs none."""

    source: str
    keyword: str = ""
    addresses: tuple[str, ...] = ()
    filters: SearchFilters = SearchFilters()


class SourcePreview(msgspec.Struct, frozen=True, kw_only=True):
    """The start of a search. ``total`` is what the source says it has, or None; ``first_page`` counts the
    candidates of its first page, ``usable`` those of them that pass the filters; ``notes`` are the source's
    own remarks."""

    source: str
    keyword: str
    total: int | None
    first_page: int
    usable: int
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()


@use_case
class PreviewSource:
    """Ask one source for its first page. Nothing is stored, and no picture is fetched."""

    sources: Sources
    most: int = 12

    async def __call__(self, wanted: SearchWanted, *, by: Actor) -> SourcePreview:
        """Raises UnknownSource, SourceDisabled, InvalidJob, or what the source's ``search`` raises."""
        by.must(READ)
        source = self._source(wanted.source)
        keyword = _keyword(wanted)
        spec = JobSpec(
            keywords=(keyword,),
            sources=(wanted.source,),
            inputs=_inputs(wanted),
            filters=wanted.filters,
            rules=SizeRules(min_size=wanted.filters.min_size),
        )
        page = await source.search(asked(spec, 0, source.info, keyword.text), None)
        usable = [one for one in map(sober, page.candidates) if refusal(spec, one) is None]
        return SourcePreview(
            source=wanted.source,
            keyword=keyword.text,
            total=page.total,
            first_page=len(page.candidates),
            usable=len(usable),
            candidates=tuple(usable[: self.most]),
            notes=(*notes_on(source.info, keyword.text, wanted.filters), *map(one_line, page.notes)),
        )

    def _source(self, source_id: str) -> Source:
        offered = [one for one in self.sources.ids() if one not in LOCAL]
        if source_id not in offered:
            choice = ", ".join(offered)
            raise UnknownSource(f"There is no source {source_id!r} (choose from: {choice}).", field="source")
        source = self.sources.get(source_id)
        if not source.info.needs_text and source_id not in ADDRESS_SOURCES:
            message = f"The source {source_id} is a list by itself; there is nothing to search for."
            raise InvalidJob(message, field="source")
        return source


def _keyword(wanted: SearchWanted) -> Keyword:
    if wanted.source in ADDRESS_SOURCES and not wanted.keyword:
        return Keyword("", "")
    if not wanted.keyword:
        raise InvalidJob(f"The source {wanted.source} searches by keyword; give one.", field="keyword")
    (keyword,) = checked_keywords((wanted.keyword,))
    return keyword


def _inputs(wanted: SearchWanted) -> dict[str, str]:
    if wanted.source in ADDRESS_SOURCES:
        return {wanted.source: checked_addresses(wanted.addresses, field="inputs")}
    if wanted.addresses:
        raise InvalidJob(f"The source {wanted.source} reads no URLs; leave inputs out.", field="inputs")
    return {}
