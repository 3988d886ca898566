"""What every source promises, asked of each of ours."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pixcrawler.adapters.sources import SOURCES
from pixcrawler.adapters.sources.bing import BingSource
from pixcrawler.adapters.sources.brave import BraveSource
from pixcrawler.adapters.sources.duckduckgo import DuckDuckGoSource
from pixcrawler.adapters.sources.feed import FeedSource
from pixcrawler.adapters.sources.flickr import FlickrSource
from pixcrawler.adapters.sources.folder import FolderSource
from pixcrawler.adapters.sources.inaturalist import INaturalistSource
from pixcrawler.adapters.sources.met import MetSource
from pixcrawler.adapters.sources.openverse import OpenverseSource
from pixcrawler.adapters.sources.searxng import SearxngSource
from pixcrawler.adapters.sources.url_list import UrlListSource
from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.adapters.sources.web import WebSource
from pixcrawler.adapters.sources.wikimedia import WikimediaSource
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.source import SearchPage, SearchQuery, Source
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.testing import SOURCE_CHECKS, SourceCase, SourceContract
from tests.integration.fetching.site import open_site
from tests.integration.sources.client import api_client
from tests.integration.sources.pages import html, page_client, xml
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
ATOM = "http://www.w3.org/2005/Atom"


async def openverse(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(OpenverseServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    source = OpenverseSource(client, base_url=server.base_url)
    return _case(source, _text("fox"), 110, _text("unicorn"))


async def wikimedia(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(WikimediaServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    source = WikimediaSource(client, base_url=server.base_url, lag_pause=0.0)
    return _case(source, _text("fox"), 110, _text("unicorn"))


async def inaturalist(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(INaturalistServer(count=210, photos=5))
    client = await stack.enter_async_context(api_client(server.port))
    source = INaturalistSource(client, base_url=server.base_url)
    return _case(source, _text("fox"), 1_050, _text("unicorn"))


async def met(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(MetServer(count=45))
    client = await stack.enter_async_context(api_client(server.port))
    return _case(MetSource(client, base_url=server.base_url), _text("fox"), 45, _text("unicorn"))


async def searxng(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(SearxngServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    return _case(SearxngSource(client, base_url=server.url), _text("fox"), 110, _text("unicorn"))


async def bing(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(BingServer(count=110))
    client = await stack.enter_async_context(api_client(server.port))
    return _case(BingSource(client, base_url=server.url), _text("fox"), 110, _text("unicorn"))


async def duckduckgo(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(DuckDuckGoServer(count=210))
    client = await stack.enter_async_context(api_client(server.port))
    return _case(DuckDuckGoSource(client, base_url=server.url), _text("fox"), 210, _text("unicorn"))


async def url_list(stack: AsyncExitStack, folder: Path) -> SourceCase:
    store = LocalObjectStore(folder / "store")
    given = folder / "urls.txt"
    given.write_text("".join(f"https://example.com/{number}.jpg\n" for number in range(110)))
    body = store.receive()
    read_url_list(given, body.write)
    await store.keep(body, "lists/one")
    return _case(UrlListSource(store, page_size=25), _input("lists/one"), 110, None)


async def web(stack: AsyncExitStack, folder: Path) -> SourceCase:
    site = await stack.enter_async_context(open_site())
    site.says("/", html("".join(f'<a href="/{number}">{number}</a>' for number in range(10))))
    for number in range(10):
        body = "".join(f'<img src="/{number}-{one}.jpg">' for one in range(11))
        site.says(f"/{number}", html(f'{body}<a href="/">home</a>'))
    vain = site.says("/words", html("<p>No pictures here.</p>"))
    source = WebSource(await stack.enter_async_context(page_client(site)))
    return _case(source, _input(f"{site.url}/*"), 110, _input(vain))


async def feed(stack: AsyncExitStack, folder: Path) -> SourceCase:
    site = await stack.enter_async_context(open_site())
    for number in range(5):
        entries = "".join(
            f'<entry><link rel="enclosure" type="image/jpeg" href="/{number}-{one}.jpg"/></entry>'
            for one in range(22)
        )
        following = f'<link rel="next" href="/{number + 1}.xml"/>' if number < 4 else ""
        site.says(f"/{number}.xml", xml(f'<feed xmlns="{ATOM}">{following}{entries}</feed>'))
    vain = site.says("/empty.xml", xml(f'<feed xmlns="{ATOM}"/>'))
    source = FeedSource(await stack.enter_async_context(page_client(site)))
    return _case(source, _input(f"{site.url}/0.xml"), 110, _input(vain))


async def local_folder(stack: AsyncExitStack, folder: Path) -> SourceCase:
    for number in range(110):
        place = folder / "pictures" / f"class {number % 7}" / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    (folder / "nothing").mkdir()
    source = FolderSource([folder], page_size=25)
    return _case(source, _input(str(folder / "pictures")), 110, _input(str(folder / "nothing")))


async def brave(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(BraveServer(count=150))
    client = await stack.enter_async_context(api_client(server.port))
    source = BraveSource(client, base_url=server.base_url, api_key=server.token)
    return _case(source, _text("fox"), 150, _text("unicorn"))


async def flickr(stack: AsyncExitStack, folder: Path) -> SourceCase:
    server = await stack.enter_async_context(FlickrServer(count=1_010))
    client = await stack.enter_async_context(api_client(server.port))
    source = FlickrSource(client, base_url=server.base_url, api_key=server.key)
    return _case(source, _text("fox"), 1_010, _text("unicorn"))


CASES: dict[str, Callable[[AsyncExitStack, Path], Awaitable[SourceCase]]] = {
    "openverse": openverse,
    "wikimedia": wikimedia,
    "inaturalist": inaturalist,
    "met": met,
    "url_list": url_list,
    "web": web,
    "feed": feed,
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


def _case(
    source: Source,
    query: SearchQuery,
    count: int,
    vain: SearchQuery | None,
) -> SourceCase:
    """Sources that search by words probe by asking for cats: see their own tests."""
    probed = not source.info.needs_text
    return SourceCase(source=source, query=query, count=count, vain=vain, probed=probed)


def test_each_source_in_the_registry_is_held_to_this_contract() -> None:
    assert CASES.keys() == SOURCES.keys()
    assert all(id_ == factory.id for id_, factory in SOURCES.items())


@pytest.mark.parametrize("name", sorted(CASES))
async def test_each_source_keeps_every_promise(name: str, tmp_path: Path) -> None:
    """On one case, for speed; the public suite sets up a fresh one for each check."""
    async with AsyncExitStack() as stack:
        case = await CASES[name](stack, tmp_path)
        for check in SOURCE_CHECKS:
            try:
                await check(case)
            except pytest.skip.Exception:
                continue
            except Exception as error:
                error.add_note(f"while it was asked whether {check.__name__}")
                raise


class TestThePublicSuite(SourceContract):
    @asynccontextmanager
    async def case(self) -> AsyncIterator[SourceCase]:
        async with AsyncExitStack() as stack:
            case = await openverse(stack, Path())
            nobody = await stack.enter_async_context(api_client(1))
            lost = OpenverseSource(nobody, base_url="http://127.0.0.1:1/v1")
            yield replace(case, lost=lost)


class Unfaithful:
    """A faithful source's pages, each changed for the worse. Asks for each of them once."""

    def __init__(self, faithful: Source, broken: Callable[[SearchPage], SearchPage]) -> None:
        self.info = faithful.info
        self._faithful = faithful
        self._broken = broken
        self._pages: dict[tuple[SearchQuery, str | None], SearchPage] = {}

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        if (query, cursor) not in self._pages:
            self._pages[query, cursor] = await self._faithful.search(query, cursor)
        return self._broken(self._pages[query, cursor])

    async def check(self) -> str:
        return await self._faithful.check()


def _changed(page: SearchPage, **changes: Any) -> SearchPage:
    first, *rest = page.candidates or (Candidate(image_url="https://a.example", source="openverse"),)
    return msgspec.structs.replace(page, candidates=(msgspec.structs.replace(first, **changes), *rest))


BROKEN: list[tuple[str, Callable[[SearchPage], SearchPage]]] = [
    ("an id of pixcrawler.domain", lambda page: _changed(page, license="CC-BY-9.0")),
    ("is an absolute URL", lambda page: _changed(page, image_url="/1.jpg")),
    ("the source's id", lambda page: _changed(page, source="flickr")),
    ("no candidate comes twice", lambda page: _changed(page, image_url="https://a.example/1.jpg")),
    ("holds no NUL", lambda page: _changed(page, title="a\0b")),
    ("a size is None", lambda page: _changed(page, width=0)),
    ("candidates at most", lambda page: msgspec.structs.replace(page, candidates=page.candidates * 3)),
    ("the pages do not end", lambda page: msgspec.structs.replace(page, next_cursor="1")),
    ("nothing found is an empty page", lambda page: msgspec.structs.replace(page, next_cursor="7")),
]


@pytest.mark.parametrize(("sentence", "broken"), BROKEN)
async def test_a_broken_promise_is_noticed(
    sentence: str, broken: Callable[[SearchPage], SearchPage], tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        case = await openverse(stack, tmp_path)
        changeling = replace(case, source=Unfaithful(case.source, broken))
        assert sentence in await _first_complaint(changeling, sentence)


async def _first_complaint(case: SourceCase, sentence: str) -> str:
    for check in SOURCE_CHECKS:
        try:
            await check(case)
        except AssertionError as error:
            if sentence in str(error):
                return str(error)
        except pytest.skip.Exception:
            continue
    return "nothing"
