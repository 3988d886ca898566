"""What a source is asked, in words that it understands."""

from pixcrawler.application.ports.source import SearchQuery, SourceInfo
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


def notes_on(info: SourceInfo, text: str) -> tuple[str, ...]:
    """What the user should know of how the text is searched there."""
    if "phrase" in info.operators or not (exact := phrases(text)):
        return ()
    quoted = ", ".join(f"“{phrase}”" for phrase in exact)
    return (f"{info.name} knows no exact phrases: {quoted} is searched there word by word.",)
