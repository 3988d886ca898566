"""Sources of another distribution: a search API, a shelf that asks nobody, and some that are broken."""

from typing import NoReturn

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.asking import ask
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.license_text import license_id


class Photo(msgspec.Struct, frozen=True):
    url: str
    title: str
    license: str | None = None


class Answer(msgspec.Struct, frozen=True):
    photos: list[Photo]
    next: str | None = None


class AtticSource:
    """An API with a key."""

    info = SourceInfo(
        id="attic",
        name="The attic",
        homepage="https://attic.example",
        licenses="named for each picture",
        page_size=10,
        max_results=None,
    )

    def __init__(self, client: ApiClient, *, base_url: str, api_key: str | None) -> None:
        self._client = client
        self._url = f"{base_url}/search"
        self._headers = {"X-Key": api_key} if api_key else {}

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        params = {"q": query.text} | ({"after": cursor} if cursor else {})
        answer = await ask(
            self._client, self.info, Answer, url=self._url, params=params, headers=self._headers
        )
        found = tuple(
            Candidate(
                image_url=photo.url,
                source=self.info.id,
                title=photo.title,
                license=license_id(photo.license),
                license_raw=photo.license,
            )
            for photo in answer.photos
        )
        return SearchPage(candidates=found, next_cursor=answer.next)

    async def check(self) -> str:
        await self.search(SearchQuery(text="cat", filters=SearchFilters()), None)
        return "The attic answers."


class ShelfSource:
    """Thirty photographs of foxes, three pages of ten."""

    info = SourceInfo(id="shelf", name="The shelf", homepage="", licenses="CC0", page_size=10, max_results=30)

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        page = int(cursor or 0)
        if query.text != "fox":
            return SearchPage(candidates=(), next_cursor=None)
        found = tuple(
            Candidate(image_url=f"https://shelf.example/{page}{one}.jpg", source="shelf", license="CC0-1.0")
            for one in range(10)
        )
        return SearchPage(candidates=found, next_cursor=None if page == 2 else str(page + 1))

    async def check(self) -> str:
        return "The shelf is where it was."


def _attic(context: SourceContext, config: SourceConfig) -> AtticSource:
    return AtticSource(ATTIC.client(context, config), base_url=ATTIC.base_url(config), api_key=config.api_key)


def _cracked(context: SourceContext, config: SourceConfig) -> NoReturn:
    raise RuntimeError(f"nothing but cracks for {config.base_url} in {context}"[:40])


ATTIC = SourceFactory(
    id="attic",
    build=_attic,
    takes_key=True,
    default_base_url="https://attic.example/api",
    default_interval=1.0,
)
SHELF = SourceFactory(id="shelf", build=lambda _context, _config: ShelfSource())
CRACKED = SourceFactory(id="cracked", build=_cracked)
PLAIN = "no factory at all"
