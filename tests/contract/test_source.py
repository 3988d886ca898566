"""What every source promises, asked of each of ours."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pixcrawler.adapters.sources import SOURCES
from pixcrawler.adapters.sources.bing import BingSource
from pixcrawler.adapters.sources.brave import BraveSource
from pixcrawler.adapters.sources.duckduckgo import DuckDuckGoSource
from pixcrawler.adapters.sources.flickr import FlickrSource
from pixcrawler.adapters.sources.folder import FolderSource
from pixcrawler.adapters.sources.inaturalist import INaturalistSource
from pixcrawler.adapters.sources.met import MetSource
from pixcrawler.adapters.sources.openverse import OpenverseSource
from pixcrawler.adapters.sources.searxng import SearxngSource
from pixcrawler.adapters.sources.url_list import UrlListSource
from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.adapters.sources.wikimedia import WikimediaSource
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.licenses import license_of
from tests.integration.sources.client import api_client
from tests.servers.bing import BingServer
from tests.servers.brave import BraveServer
from tests.servers.duckduckgo import DuckDuckGoServer
from tests.servers.flickr import FlickrServer
from tests.servers.inaturalist import INaturalistServer
from tests.servers.met import MetServer
from tests.servers.openverse import OpenverseServer
from tests.servers.searxng import SearxngServer
from tests.servers.wikimedia import WikimediaServer

FILTERS = SearchFilters()


@dataclass(frozen=True)
class Case:
    """A source, a query that it answers with ``count`` candidates, and one that it answers with none."""

    source: Source
    query: SearchQuery
    count: int
    vain: SearchQuery | None


async def openverse(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(OpenverseServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    source = OpenverseSource(client, base_url=server.base_url)
    return Case(source, _text("fox"), 110, _text("unicorn"))


async def wikimedia(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(WikimediaServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    source = WikimediaSource(client, base_url=server.base_url, lag_pause=0.0)
    return Case(source, _text("fox"), 110, _text("unicorn"))


async def inaturalist(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(INaturalistServer(count=210, photos=5))
    client = await stack.enter_async_context(api_client(server.port))
    source = INaturalistSource(client, base_url=server.base_url)
    return Case(source, _text("fox"), 1_050, _text("unicorn"))


async def met(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(MetServer(count=45))
    client = await stack.enter_async_context(api_client(server.port))
    return Case(MetSource(client, base_url=server.base_url), _text("fox"), 45, _text("unicorn"))


async def searxng(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(SearxngServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    return Case(SearxngSource(client, base_url=server.url), _text("fox"), 110, _text("unicorn"))


async def bing(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(BingServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    return Case(BingSource(client, base_url=server.url), _text("fox"), 110, _text("unicorn"))


async def duckduckgo(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(DuckDuckGoServer(count=210))
    client = await stack.enter_async_context(api_client(server.port))
    return Case(DuckDuckGoSource(client, base_url=server.url), _text("fox"), 210, _text("unicorn"))


async def url_list(stack: AsyncExitStack, folder: Path) -> Case:
    store = LocalObjectStore(folder / "store")
    given = folder / "urls.txt"
    given.write_text("".join(f"https://example.com/{number}.jpg\n" for number in range(110)))
    body = store.receive()
    read_url_list(given, body.write)
    await store.keep(body, "lists/one")
    return Case(UrlListSource(store, page_size=25), _input("lists/one"), 110, None)


async def local_folder(stack: AsyncExitStack, folder: Path) -> Case:
    for number in range(110):
        place = folder / "pictures" / f"class {number % 7}" / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    (folder / "nothing").mkdir()
    source = FolderSource([folder], page_size=25)
    return Case(source, _input(str(folder / "pictures")), 110, _input(str(folder / "nothing")))


async def brave(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(BraveServer(count=150))
    client = await stack.enter_async_context(api_client(server.port))
    source = BraveSource(client, base_url=server.base_url, api_key=server.token)
    return Case(source, _text("fox"), 150, _text("unicorn"))


async def flickr(stack: AsyncExitStack, folder: Path) -> Case:
    server = await stack.enter_async_context(FlickrServer(count=1_010))
    client = await stack.enter_async_context(api_client(server.port))
    source = FlickrSource(client, base_url=server.base_url, api_key=server.key)
    return Case(source, _text("fox"), 1_010, _text("unicorn"))


CASES: dict[str, Callable[[AsyncExitStack, Path], Awaitable[Case]]] = {
    "openverse": openverse,
    "wikimedia": wikimedia,
    "inaturalist": inaturalist,
    "met": met,
    "url_list": url_list,
    "folder": local_folder,
    "flickr": flickr,
    "brave": brave,
    "searxng": searxng,
    "bing": bing,
    "duckduckgo": duckduckgo,
}


def _text(words: str) -> SearchQuery:
    return SearchQuery(text=words, filters=FILTERS)


def _input(brought: str) -> SearchQuery:
    return SearchQuery(text="", filters=FILTERS, input=brought)


@pytest.fixture(params=sorted(CASES))
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    async with AsyncExitStack() as stack:
        yield await CASES[request.param](stack, tmp_path)


async def all_pages(case: Case) -> list[tuple[str | None, SearchPage]]:
    pages: list[tuple[str | None, SearchPage]] = []
    cursor: str | None = None
    while len(pages) < 100:
        page = await case.source.search(case.query, cursor)
        pages.append((cursor, page))
        cursor = page.next_cursor
        if cursor is None:
            return pages
    pytest.fail("the pages do not end")


def test_each_source_in_the_registry_is_held_to_this_contract() -> None:
    assert CASES.keys() == SOURCES.keys()
    assert all(id_ == factory.id for id_, factory in SOURCES.items())


async def test_the_pages_end_and_give_each_candidate_once(case: Case) -> None:
    pages = await all_pages(case)
    found = [candidate.image_url for _, page in pages for candidate in page.candidates]
    assert len(pages) > 2 or case.source.info.page_size == case.source.info.max_results
    assert len(found) == len(set(found)) == case.count


async def test_a_cursor_asked_again_gives_the_same_page(case: Case) -> None:
    for cursor, page in await all_pages(case):
        assert await case.source.search(case.query, cursor) == page


async def test_a_page_is_no_larger_than_announced(case: Case) -> None:
    for _, page in await all_pages(case):
        assert len(page.candidates) <= case.source.info.page_size


async def test_candidates_have_absolute_urls_and_name_their_source(case: Case) -> None:
    for _, page in await all_pages(case):
        for candidate in page.candidates:
            parts = urlsplit(candidate.image_url)
            assert parts.scheme in {"http", "https", "file"}
            assert parts.netloc or parts.scheme == "file"
            assert candidate.source == case.source.info.id


async def test_licences_are_normal_ids(case: Case) -> None:
    for _, page in await all_pages(case):
        for candidate in page.candidates:
            assert license_of(candidate.license).id == candidate.license


async def test_a_search_in_vain_is_one_empty_page(case: Case) -> None:
    if case.vain is None:
        pytest.skip("an empty list is refused before it is stored")
    page = await case.source.search(case.vain, None)
    assert (page.candidates, page.next_cursor, page.skipped) == ((), None, 0)


async def test_a_probe_answers_in_a_sentence(case: Case) -> None:
    if case.source.info.needs_text:
        pytest.skip("its probe asks for cats: see the source's own tests")
    assert (await case.source.check()).endswith(".")


async def test_a_source_says_what_it_is(case: Case) -> None:
    info = case.source.info
    assert info.name
    assert info.licenses
    assert info.page_size > 0
    assert info.filters <= set(SearchFilters.__struct_fields__)
