"""Openverse: openly licensed pictures of many providers (API v1, https://api.openverse.org/v1/).

What its documentation does not say and its source does: ``mature`` counts as true whenever it is sent,
whatever the value, so it is sent only to ask for everything; a page of more than 20 is a 401 for
anonymous clients; a key gives larger pages, but the same 240 works per query. ``size`` goes by the number of
pixels: medium begins at 640 x 480 of them, large at 1600 x 1200.
"""

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, each
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import ImageType, SafeSearch, SearchFilters
from pixcrawler.domain.crawling.license_text import license_id
from pixcrawler.domain.shared.licenses import attribution_line

MAX_RESULTS = 240
PAGE_SIZE = 20
PAGE_SIZE_WITH_KEY = 80  # divides 240: a page that reaches beyond it is refused
LONGEST_QUERY = 200

_EXTENSIONS = {"jpg": "jpg,jpeg", "tiff": "tif,tiff"}
_CATEGORIES = {ImageType.PHOTO: "photograph", ImageType.ILLUSTRATION: "illustration"}
_SIZES = ((1600 * 1200, "large"), (640 * 480, "medium,large"))
_LICENSE_TYPES = {"commercial": "commercial", "derivatives": "modification"}


class Tag(msgspec.Struct, frozen=True):
    name: str | None = None


class Work(msgspec.Struct, frozen=True):
    """One result, with what the API's own reference says may be null."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    foreign_landing_url: str | None = None
    creator: str | None = None
    creator_url: str | None = None
    license: str | None = None
    license_version: str | None = None
    license_url: str | None = None
    attribution: str | None = None
    width: object = None
    height: object = None
    tags: list[Tag] | None = None
    mature: bool | None = None


class Answer(msgspec.Struct, frozen=True):
    result_count: int
    page_count: int
    results: list[object]


class OpenverseSource:
    """``api_key`` is an OAuth2 access token of Openverse; without one the client is anonymous."""

    def __init__(self, client: ApiClient, *, base_url: str, api_key: str | None = None) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/images/"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._info = SourceInfo(
            id="openverse",
            name="Openverse",
            homepage="https://openverse.org",
            licenses="Creative Commons and public domain, named for each picture",
            page_size=PAGE_SIZE_WITH_KEY if api_key else PAGE_SIZE,
            max_results=MAX_RESULTS,
            filters=frozenset({"safe_search", "license", "file_types", "min_size", "image_type"}),
            image_types=frozenset(_CATEGORIES),
            operators=frozenset({"phrase", "not"}),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        page = int(cursor) if cursor else 1
        answer = await self._ask(query.text, page, self._info.page_size, query.filters)
        works = [work for work in each(answer.results, Work) if work is not None]
        candidates = tuple(
            _candidate(work, url) for work in works if (url := web_address(work.url)) is not None
        )
        if answer.results and not any(work.url for work in works):
            raise changed_shape(self._info, "no result has a `url`")
        last = page >= answer.page_count or page * self._info.page_size >= MAX_RESULTS
        return SearchPage(
            candidates=candidates,
            next_cursor=None if last else str(page + 1),
            total=min(answer.result_count, MAX_RESULTS),
            skipped=len(answer.results) - len(candidates),
        )

    async def check(self) -> str:
        answer = await self._ask("cat", 1, 1, SearchFilters())
        return f"Openverse answers: {answer.result_count} results for “cat”."

    async def _ask(self, text: str, page: int, page_size: int, filters: SearchFilters) -> Answer:
        params = {"q": text[:LONGEST_QUERY], "page": str(page), "page_size": str(page_size)} | _narrowed(
            filters
        )
        return await ask(
            self._client, self._info, Answer, url=self._url, params=params, headers=self._headers
        )


def _narrowed(filters: SearchFilters) -> dict[str, str]:
    params: dict[str, str] = {}
    if filters.safe_search is SafeSearch.OFF:
        params["mature"] = "true"
    if "public-domain" in filters.license:
        params["license"] = "cc0,pdm"
    elif kinds := [_LICENSE_TYPES[word] for word in filters.license if word in _LICENSE_TYPES]:
        params["license_type"] = ",".join(kinds)
    if filters.file_types:
        params["extension"] = ",".join(_EXTENSIONS.get(kind, kind) for kind in filters.file_types)
    if filters.image_type in _CATEGORIES:
        params["category"] = _CATEGORIES[filters.image_type]
    if filters.min_size:
        pixels = filters.min_size[0] * filters.min_size[1]
        params |= next(({"size": size} for least, size in _SIZES if pixels >= least), {})
    return params


def _candidate(work: Work, url: str) -> Candidate:
    license_ = license_id(work.license, work.license_version)
    said = " ".join(part for part in (work.license, work.license_version) if part)
    return Candidate(
        image_url=url,
        source="openverse",
        source_id=work.id,
        page_url=work.foreign_landing_url,
        title=work.title,
        author=work.creator,
        author_url=work.creator_url,
        license=license_,
        license_raw=said or None,
        license_url=work.license_url,
        attribution=work.attribution
        or attribution_line(license_, title=work.title, author=work.creator, license_url=work.license_url),
        width=pixels(work.width),
        height=pixels(work.height),
        tags=tuple(tag.name for tag in work.tags or () if tag.name),
        mature=bool(work.mature),
    )


def _build(context: SourceContext, config: SourceConfig) -> OpenverseSource:
    client = FACTORY.client(context, config)
    return OpenverseSource(client, base_url=FACTORY.base_url(config), api_key=config.api_key)


FACTORY = SourceFactory(
    id="openverse",
    build=_build,
    takes_key=True,
    default_base_url="https://api.openverse.org/v1",
    default_interval=3.0,
)
