"""iNaturalist: photographs of living things, each with its taxon (API v1, https://api.inaturalist.org/v1/docs/).

Observations are asked for in the order of their ids. By page the API goes no deeper than 10,000
observations (beyond it is a 403), so the pages begin anew above the last id then. One observation may
hold several photographs, each under a licence of its own.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.addresses import pixels, web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, each, readable
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import ImageType, SearchFilters
from pixcrawler.domain.crawling.license_text import license_id
from pixcrawler.domain.shared.licenses import allows, attribution_line, license_of

OBSERVATIONS = 200  # of one answer, the most that there are
DEEPEST = 10_000  # observations that can be reached by page
PAGE_SIZE = 500  # photographs; what an answer holds beyond is the next page's
LARGE = 1024  # pixels of the longer side of the size "large"
CC_VERSION = "4.0"  # of all its Creative Commons licences, by its own list of them

_CODES = ("cc0", "cc-by", "cc-by-nc", "cc-by-sa", "cc-by-nd", "cc-by-nc-sa", "cc-by-nc-nd")
_SIZE = re.compile(r"/(?:square|thumb|small|medium|large|original)(?=\.\w+(?:\?.*)?$)")


class Size(msgspec.Struct, frozen=True):
    width: object = None
    height: object = None


class Photo(msgspec.Struct, frozen=True):
    """``license_code`` is null where all rights are reserved; ``hidden`` ones were taken off the site."""

    id: int
    url: str | None = None
    license_code: str | None = None
    attribution: str | None = None
    original_dimensions: Size | None = None
    hidden: bool | None = None


class Taxon(msgspec.Struct, frozen=True):
    name: str | None = None
    preferred_common_name: str | None = None
    rank: str | None = None


class User(msgspec.Struct, frozen=True):
    login: str | None = None
    name: str | None = None


class Observation(msgspec.Struct, frozen=True):
    id: int
    uri: str | None = None
    photos: list[object] | None = None
    taxon: Taxon | None = None
    user: User | None = None


class Answer(msgspec.Struct, frozen=True):
    total_results: int
    results: list[object]


class Place(NamedTuple):
    """Page ``page`` of the observations above the id ``above``, without its first ``given`` photographs."""

    above: int = 0
    page: int = 1
    given: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "Place":
        return cls(*map(int, cursor.split("-"))) if cursor else cls()

    @property
    def cursor(self) -> str:
        return "-".join(map(str, self))

    def after(self, seen: Sequence[Observation], total: int) -> "Place | None":
        """The page behind one with these; None behind the last of ``total`` observations."""
        reached = self.page * OBSERVATIONS
        if reached >= total:
            return None
        if reached < DEEPEST:
            return Place(self.above, self.page + 1)
        last = max((one.id for one in seen), default=self.above)
        return Place(above=last) if last > self.above else None


class INaturalistSource:
    def __init__(self, client: ApiClient, *, base_url: str) -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/observations"
        self._info = SourceInfo(
            id="inaturalist",
            name="iNaturalist",
            homepage="https://www.inaturalist.org",
            licenses="Creative Commons or all rights reserved, named for each picture",
            page_size=PAGE_SIZE,
            max_results=None,
            filters=frozenset({"license", "language", "image_type"}),
            image_types=frozenset({ImageType.PHOTO}),  # there is nothing else
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        place = Place.of(cursor)
        answer = await self._ask(query.text, query.filters, place, OBSERVATIONS)
        read = readable(self._info, answer.results, Observation)
        observations = [one for one in read if one is not None]
        photos = [(one, photo) for one in observations for photo in each(one.photos or (), Photo)]
        if photos and not any(photo and photo.url for _, photo in photos):
            raise changed_shape(self._info, "no photo has a `url`")
        seen = photos[place.given : place.given + PAGE_SIZE]
        found = tuple(filter(None, (_candidate(one, photo) for one, photo in seen if photo)))
        given = place.given + len(seen)
        whole = given >= len(photos)
        after = place.after(observations, answer.total_results) if whole else place._replace(given=given)
        return SearchPage(
            candidates=found,
            next_cursor=None if after is None else after.cursor,
            skipped=len(seen) - len(found),
        )

    async def check(self) -> str:
        answer = await self._ask("cat", SearchFilters(), Place(), 1)
        return f"iNaturalist answers: {answer.total_results} observations of “cat”."

    async def _ask(self, text: str, filters: SearchFilters, place: Place, size: int) -> Answer:
        params = {
            "q": text, "search_on": "names", "photos": "true", "quality_grade": "research",
            "order_by": "id", "order": "asc", "page": str(place.page), "per_page": str(size),
            "locale": filters.language or "en",
        }  # fmt: skip
        if place.above:
            params["id_above"] = str(place.above)
        wanted = [code for code in _CODES if allows(license_id(code), filters.license)]
        if len(wanted) < len(_CODES):
            params["photo_license"] = ",".join(wanted)
        return await ask(self._client, self._info, Answer, url=self._url, params=params)


def _candidate(observation: Observation, photo: Photo) -> Candidate | None:
    """None for what is no picture any more: no address, hidden, or struck out for infringing a copyright."""
    address = web_address(photo.url)
    if address is None or photo.hidden or "copyright-infringement" in address:
        return None
    url, width, height = _largest(photo, address)
    taxon, user = observation.taxon or Taxon(), observation.user or User()
    names = [name for name in (taxon.preferred_common_name, taxon.name) if name]
    title = f"{names[0]} ({names[1]})" if len(names) > 1 else "".join(names) or None
    author = user.name or user.login
    license_ = license_id(photo.license_code, CC_VERSION) if photo.license_code else "all-rights-reserved"
    license_url = license_of(license_).url
    return Candidate(
        image_url=url,
        source="inaturalist",
        source_id=str(photo.id),
        page_url=observation.uri or f"https://www.inaturalist.org/observations/{observation.id}",
        title=title,
        author=author,
        author_url=f"https://www.inaturalist.org/people/{user.login}" if user.login else None,
        license=license_,
        license_raw=photo.license_code,
        license_url=license_url,
        attribution=photo.attribution
        or attribution_line(license_, title=title, author=author, license_url=license_url),
        width=width,
        height=height,
        tags=tuple(filter(None, (*names, taxon.rank))),
        label=taxon.name,
    )


def _largest(photo: Photo, url: str) -> tuple[str, int | None, int | None]:
    """Address, width and height of the largest size: the original of open photographs, else ``large``."""
    size = photo.original_dimensions or Size()
    width, height = pixels(size.width), pixels(size.height)
    if _SIZE.search(url) is None:
        return url, None, None
    if photo.license_code:
        return _SIZE.sub("/original", url), width, height
    if width and height and max(width, height) > LARGE:
        scale = LARGE / max(width, height)
        width, height = round(width * scale), round(height * scale)
    return _SIZE.sub("/large", url), width, height


def _build(context: SourceContext, config: SourceConfig) -> INaturalistSource:
    return INaturalistSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config))


FACTORY = SourceFactory(
    id="inaturalist",
    build=_build,
    default_base_url="https://api.inaturalist.org/v1",
    default_interval=1.0,
)
