"""Flickr: openly licensed photographs (https://www.flickr.com/services/api/flickr.photos.search.html).

Errors are answers of status 200 that say ``"stat": "fail"``. A search gives 4,000 photos and then repeats
itself. Photos with all rights reserved are never asked for. ``color_codes``, ``styles`` and
``dimension_search_mode`` are what Flickr's own search page sends; its reference does not name them.
"""

from collections.abc import Mapping

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.masking import masked
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, key_refused, readable
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceChangedShape, SourceError, SourceUnreachable
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters
from pixcrawler.domain.crawling.license_text import best_license_id, flickr_license_id
from pixcrawler.domain.crawling.license_words import FLICKR
from pixcrawler.domain.shared.licenses import UNKNOWN, allows, attribution_line, license_of

PAGE_SIZE = 500
MAX_RESULTS = 4_000

_SIZES = ("o", "6k", "5k", "4k", "3k", "k", "h", "l", "c", "z", "m")  # the largest first
_EXTRAS = ",".join(("license", "owner_name", "tags", *(f"url_{size}" for size in _SIZES)))
_CLOSED = frozenset({"all-rights-reserved", UNKNOWN})
_KEY = frozenset({96, 97, 98, 99, 100})  # codes of errors: signature, login, rights, key
_BUSY = frozenset({0, 10, 105, 106})
_NOTHING = frozenset({3, 20})  # no word left to search for; beyond the last photo
_SAFE = {SafeSearch.STRICT: "1", SafeSearch.MODERATE: "2", SafeSearch.OFF: "3"}
_TYPES = {ImageType.PHOTO: "1", ImageType.ILLUSTRATION: "3"}  # "3" is what is neither photo nor screenshot
_COLORS = {
    Color.RED: "0", Color.BROWN: "1", Color.ORANGE: "2", Color.YELLOW: "3,4", Color.GREEN: "5,6",
    Color.TEAL: "7", Color.BLUE: "8", Color.PURPLE: "9", Color.PINK: "a,b", Color.WHITE: "c",
    Color.GRAY: "d", Color.BLACK: "e",
}  # fmt: skip


class Photo(msgspec.Struct, frozen=True):
    """The sizes (``url_l``, ``width_l``, ``height_l``) are read apart: each may be there or not."""

    id: str | int
    owner: str | None = None
    ownername: str | None = None
    server: str | int | None = None
    secret: str | None = None
    title: str | None = None
    license: str | int | None = None
    tags: str | None = None


class Photos(msgspec.Struct, frozen=True):
    pages: int
    photo: list[object]
    total: int | None = None


class License(msgspec.Struct, frozen=True):
    id: str | int
    name: str | None = None
    url: str | None = None


class Licenses(msgspec.Struct, frozen=True):
    license: list[License]


class Answer(msgspec.Struct, frozen=True):
    """Of either method. ``code`` and ``message`` are those of an error."""

    stat: str
    code: int | None = None
    message: str | None = None
    photos: Photos | None = None
    licenses: Licenses | None = None


class Known(msgspec.Struct, frozen=True):
    """A licence: its normal id, and Flickr's own words and address for it."""

    id: str
    name: str
    url: str | None


class FlickrSource:
    def __init__(self, client: ApiClient, *, base_url: str, api_key: str | None) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/"
        self._key = {"api_key": api_key} if api_key else {}
        self._known: Mapping[str, Known] = {}
        self._info = SourceInfo(
            id="flickr",
            name="Flickr",
            homepage="https://www.flickr.com",
            licenses="Creative Commons and public domain, named for each picture",
            page_size=PAGE_SIZE,
            max_results=MAX_RESULTS,
            needs_key=True,
            filters=frozenset({"safe_search", "license", "min_size", "image_type", "color"}),
            image_types=frozenset(_TYPES),
            operators=frozenset({"not"}),
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        page = int(cursor) if cursor else 1
        known = await self._licenses()
        params = _narrowed(query.filters, known)
        if not params["license"]:
            return SearchPage(candidates=(), next_cursor=None)
        answer = await self._search(query.text, page, PAGE_SIZE, params)
        photos = zip(answer.photo, readable(self._info, answer.photo, Photo), strict=True)
        found = tuple(filter(None, (_candidate(said, photo, known) for said, photo in photos)))
        if answer.photo and not found:
            raise changed_shape(self._info, "no photo has a `url_…`, or `server` and `secret`")
        last = page >= answer.pages or page * PAGE_SIZE >= MAX_RESULTS
        return SearchPage(
            candidates=found,
            next_cursor=None if last else str(page + 1),
            total=None if answer.total is None else min(answer.total, MAX_RESULTS),
            skipped=len(answer.photo) - len(found),
        )

    async def check(self) -> str:
        answer = await self._search("cat", 1, 1, {})
        return f"Flickr answers: {answer.total or 0} photos for “cat”."

    async def _search(self, text: str, page: int, size: int, narrowed: Mapping[str, str]) -> Photos:
        params = {
            "text": text, "page": str(page), "per_page": str(size), "sort": "relevance", "media": "photos",
            "extras": _EXTRAS,
        }  # fmt: skip
        answer = await self._ask("flickr.photos.search", {**params, **narrowed})
        if answer.code in _NOTHING:
            return Photos(pages=0, photo=[])
        if answer.photos is None:
            raise changed_shape(self._info, "no `photos`")
        return answer.photos

    async def _licenses(self) -> Mapping[str, Known]:
        """By number: as Flickr lists them, asked once; where it does not, as it listed them in 2025."""
        if not self._known:
            listed = {str(number): _known(str(number)) for number in range(len(FLICKR))}
            try:
                answer = await self._ask("flickr.photos.licenses.getInfo", {})
            except SourceChangedShape:
                answer = Answer(stat="fail")
            for one in answer.licenses.license if answer.licenses else ():
                listed[str(one.id)] = _known(str(one.id), one)
            self._known = listed
        return self._known

    async def _ask(self, method: str, params: Mapping[str, str]) -> Answer:
        if not self._key:
            raise key_refused(self._info, "there is none")
        asked = {"method": method, "format": "json", "nojsoncallback": "1", **params}
        answer = await ask(self._client, self._info, Answer, url=self._url, params=asked, secrets=self._key)
        if answer.stat != "ok" and answer.code not in _NOTHING:
            raise self._told(answer)
        return answer

    def _told(self, answer: Answer) -> SourceError:
        said = masked(answer.message or "no reason given", self._key.values())
        if answer.code in _KEY:
            return key_refused(self._info, f"code {answer.code}: {said}")
        if answer.code in _BUSY:
            return SourceUnreachable("flickr", f"Flickr is not available: {said}. Try again later.")
        return changed_shape(self._info, f"code {answer.code}: {said}")


def _candidate(said: object, photo: Photo | None, known: Mapping[str, Known]) -> Candidate | None:
    """None for a photo without any address."""
    if photo is None or not isinstance(said, dict):
        return None
    address, width, height = _largest(said, photo)
    if address is None:
        return None
    number = str(photo.license)
    license_ = known.get(number) or _known(number)
    home = f"https://www.flickr.com/photos/{photo.owner}/" if photo.owner else None
    title, author = photo.title or None, photo.ownername or photo.owner or None
    return Candidate(
        image_url=address,
        source="flickr",
        source_id=str(photo.id),
        page_url=home and f"{home}{photo.id}/",
        title=title,
        author=author,
        author_url=home,
        license=license_.id,
        license_raw=license_.name,
        license_url=license_.url,
        attribution=attribution_line(license_.id, title=title, author=author, license_url=license_.url),
        width=width,
        height=height,
        tags=tuple((photo.tags or "").split()),
    )


def _known(number: str, listed: License | None = None) -> Known:
    said = best_license_id(listed.url, listed.name) if listed else UNKNOWN
    id_ = flickr_license_id(number) if said == UNKNOWN else said
    name = (listed and listed.name) or f"Flickr licence {number}"
    return Known(id_, name, (listed and web_address(listed.url)) or license_of(id_).url)


def _narrowed(filters: SearchFilters, known: Mapping[str, Known]) -> dict[str, str]:
    numbers = [
        number
        for number, license_ in known.items()
        if license_.id not in _CLOSED and allows(license_.id, filters.license)
    ]
    params = {"license": ",".join(numbers), "safe_search": _SAFE[filters.safe_search]}
    if filters.image_type in _TYPES:
        params["content_type"] = _TYPES[filters.image_type]
    if filters.color is Color.MONOCHROME:
        params["styles"] = "blackandwhite"
    elif filters.color in _COLORS:
        params["color_codes"] = _COLORS[filters.color]
    if filters.min_size:
        width, height = filters.min_size
        params |= {"dimension_search_mode": "min", "width": str(width), "height": str(height)}
    return params


def _largest(said: Mapping[str, object], photo: Photo) -> tuple[str | None, int | None, int | None]:
    """Address, width and height of the largest size that is offered.

    Without any, the one of 500 pixels: every photo has it (https://www.flickr.com/services/api/misc.urls.html).
    """
    for size in _SIZES:
        url = said.get(f"url_{size}")
        address = web_address(url) if isinstance(url, str) else None
        if address is not None:
            return address, pixels(said.get(f"width_{size}")), pixels(said.get(f"height_{size}"))
    if photo.server and photo.secret:
        return f"https://live.staticflickr.com/{photo.server}/{photo.id}_{photo.secret}.jpg", None, None
    return None, None, None


def _build(context: SourceContext, config: SourceConfig) -> FlickrSource:
    client = FACTORY.client(context, config)
    return FlickrSource(client, base_url=FACTORY.base_url(config), api_key=config.api_key)


FACTORY = SourceFactory(
    id="flickr",
    build=_build,
    needs_key=True,
    default_base_url="https://api.flickr.com/services/rest",
    default_interval=1.0,
)
