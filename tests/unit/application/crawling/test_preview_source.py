from uuid import UUID

import pytest

from pixcrawler.application.crawling.preview_source import PreviewSource, SearchWanted
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import InvalidJob, SourceDisabled, SourceUnreachable, UnknownSource
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.shared.actor import Actor, Role, ScopeMissing
from pixcrawler.domain.shared.ids import UserId
from tests.fakes.sources import PagedSource, TableSources

ANN = Actor(UserId(UUID(int=1)), Role.USER)
LICENSES = ("CC-BY-NC-4.0", "CC-BY-4.0")
FOXES = [
    Candidate(image_url=f"https://a.example/{number}.jpg", source="s", license=LICENSES[number % 2])
    for number in range(40)
]


def preview() -> PreviewSource:
    source = PagedSource({"fox": [FOXES]}, source_id="s")
    lists = [PagedSource({}, source_id=name, needs_text=False) for name in ("folder", "url_list")]
    return PreviewSource(sources=TableSources(source, *lists, disabled=["off"]))


async def test_it_shows_twelve_that_pass_the_filters() -> None:
    filters = SearchFilters(license=("commercial",))
    found = await preview()(SearchWanted(source="s", keyword=" fox ", filters=filters), by=ANN)
    assert (found.keyword, found.first_page, found.usable, len(found.candidates)) == ("fox", 40, 20, 12)
    assert {one.license for one in found.candidates} == {"CC-BY-4.0"}


@pytest.mark.parametrize(
    ("source", "error"),
    [("folder", UnknownSource), ("no", UnknownSource), ("url_list", InvalidJob), ("off", SourceDisabled)],
)
async def test_what_cannot_be_searched_is_refused(source: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await preview()(SearchWanted(source=source, keyword="fox"), by=ANN)


async def test_pages_are_previewed_without_a_keyword() -> None:
    source = PagedSource({"": [FOXES]}, source_id="web", needs_text=False)
    act = PreviewSource(sources=TableSources(source))
    found = await act(SearchWanted(source="web", addresses=("https://e.org/",)), by=ANN)
    assert (found.keyword, found.first_page) == ("", 40)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (SearchWanted(source="web"), "inputs"),
        (SearchWanted(source="web", keyword="fox"), "inputs"),
        (SearchWanted(source="web", addresses=("/etc/passwd",)), "inputs"),
        (SearchWanted(source="s"), "keyword"),
        (SearchWanted(source="s", keyword="fox", addresses=("https://e.org/",)), "inputs"),
    ],
)
async def test_a_keyword_and_addresses_belong_to_their_own_sources(wanted: SearchWanted, field: str) -> None:
    pages = PagedSource({"": [FOXES]}, source_id="web", needs_text=False)
    act = PreviewSource(sources=TableSources(PagedSource({"fox": [FOXES]}, source_id="s"), pages))
    with pytest.raises(InvalidJob) as refused:
        await act(wanted, by=ANN)
    assert refused.value.field == field


async def test_a_source_that_is_away_says_so_itself() -> None:
    source = PagedSource({"fox": [FOXES]}, source_id="s")
    source.failures.append(SourceUnreachable("s", "S is away."))
    act = PreviewSource(sources=TableSources(source))
    with pytest.raises(SourceUnreachable, match=r"S is away\."):
        await act(SearchWanted(source="s", keyword="fox"), by=ANN)


async def test_it_takes_a_key_that_may_read() -> None:
    with pytest.raises(ScopeMissing):
        await preview()(SearchWanted(source="s", keyword="fox"), by=Actor(ANN.id, ANN.role, frozenset()))
