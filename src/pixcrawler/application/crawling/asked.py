"""What a source is asked, in words that it understands."""

from collections.abc import Iterator

from pixcrawler.application.ports.source import SearchQuery, SourceInfo
from pixcrawler.domain.crawling.filters import MEASURED_TYPES, SafeSearch, SearchFilters
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.crawling.terms import phrases, spoken


def asked(spec: JobSpec, keyword: int, info: SourceInfo, text: str) -> SearchQuery:
    """``text`` of the keyword with this number. Operators that the source does not know are not sent: what
    is excluded is left out afterwards anyway, a phrase is searched as its words (see ``notes_on``)."""
    filters = spec.filters_of(keyword)
    return SearchQuery(
        text=spoken(text, filters.exclude, info.operators),
        filters=filters,
        input=spec.inputs.get(info.id),
    )


def notes_on(info: SourceInfo, text: str, filters: SearchFilters) -> tuple[str, ...]:
    """What the user should know of how the text is searched there, and of filters that nobody applies."""
    return (*_phrases(info, text), *_unanswered(info, filters))


def _phrases(info: SourceInfo, text: str) -> tuple[str, ...]:
    if "phrase" in info.operators or not (exact := phrases(text)):
        return ()
    quoted = ", ".join(f"“{phrase}”" for phrase in exact)
    return (f"{info.name} knows no exact phrases: {quoted} is searched there word by word.",)


def _unanswered(info: SourceInfo, filters: SearchFilters) -> Iterator[str]:
    """What the source cannot be asked for, and no look at a picture tells."""
    kind = filters.image_type
    asked_for = "image_type" in info.filters and kind in info.image_types
    if kind is not None and kind not in MEASURED_TYPES and not asked_for:
        yield f"{info.name} cannot be asked for the type {kind}, which a look does not tell: all types come."
    if filters.language is not None and "language" not in info.filters:
        yield f"{info.name} cannot be asked for a language: results of all languages come."
    if filters.safe_search is SafeSearch.STRICT and "safe_search" not in info.filters:
        yield f"{info.name} has no safe search: only what it marks as sensitive itself is left out."
