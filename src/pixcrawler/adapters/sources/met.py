"""The Metropolitan Museum of Art: pictures of works in the public domain (https://metmuseum.github.io/).

A search gives the ids of all objects found, at once, and nothing else; each object is asked for by itself.
Only those that the museum calls public domain may be used freely (CC0); the others come without pictures.
The ids also name objects that are not the museum's own, which then are not there (404).
"""

from array import array
from collections.abc import Sequence
from typing import Annotated, NamedTuple

import msgspec

from pixcrawler.adapters.fetching.api_client import ApiClient, ApiRefused
from pixcrawler.adapters.sources.addresses import web_address
from pixcrawler.adapters.sources.asking import ask, changed_shape, readable
from pixcrawler.adapters.sources.factory import SourceConfig, SourceContext, SourceFactory
from pixcrawler.application.ports.source import SearchPage, SearchQuery, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceChangedShape
from pixcrawler.domain.shared.licenses import attribution_line, license_of

OBJECTS = 20  # asked for by one page; the API has been seen to shut out who asks for 30 in one go
PAGE_SIZE = 100  # pictures
MOST_LISTS = 8  # of ids that are kept between the pages of a search

_LICENSE = "CC0-1.0"
ObjectId = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class Listing(msgspec.Struct, frozen=True, rename={"ids": "objectIDs"}):
    """``objectIDs`` is null when nothing was found."""

    total: int
    ids: list[ObjectId] | None = None


class Term(msgspec.Struct, frozen=True):
    term: str | None = None


class Work(msgspec.Struct, frozen=True, rename="camel"):
    """An object: what the museum does not know is an empty text, or null. A refusal has but a ``message``."""

    object_id: ObjectId | None = msgspec.field(name="objectID", default=None)
    message: str | None = None
    is_public_domain: bool | None = None
    primary_image: str | None = None
    additional_images: list[str | None] | None = None
    object_url: str | None = msgspec.field(name="objectURL", default=None)
    title: str | None = None
    object_name: str | None = None
    classification: str | None = None
    artist_display_name: str | None = None
    artist_wikidata_url: str | None = msgspec.field(name="artistWikidata_URL", default=None)
    artist_ulan_url: str | None = msgspec.field(name="artistULAN_URL", default=None)
    credit_line: str | None = None
    tags: list[Term] | None = None


class Place(NamedTuple):
    """In the list of objects, and among the pictures of that object."""

    position: int = 0
    picture: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> "Place":
        return cls(*map(int, cursor.split("-"))) if cursor else cls()

    @property
    def cursor(self) -> str:
        return f"{self.position}-{self.picture}"


class _Gone(Exception):
    """There is no such object any more."""


class MetSource:
    def __init__(self, client: ApiClient, *, base_url: str) -> None:
        self._client = client
        self._url = base_url.rstrip("/")
        self._lists: dict[str, Sequence[int]] = {}
        self._info = SourceInfo(
            id="met",
            name="The Metropolitan Museum of Art",
            homepage="https://www.metmuseum.org/art/collection",
            licenses="CC0",
            page_size=PAGE_SIZE,
            max_results=None,
            filters=frozenset({"license"}),
            ends=True,
        )

    @property
    def info(self) -> SourceInfo:
        return self._info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        ids = await self._listed(query.text, anew=cursor is None)
        place = Place.of(cursor)
        last = min(place.position + OBJECTS, len(ids))
        found: list[Candidate] = []
        skipped = asked = 0
        odd: list[SourceChangedShape] = []
        while place.position < last and len(found) < PAGE_SIZE:
            asked += 1
            try:
                pictures = await self._pictures(ids[place.position])
            except SourceChangedShape as error:
                odd.append(error)
                pictures = []
            skipped += not pictures
            some = pictures[place.picture : place.picture + PAGE_SIZE - len(found)]
            found += some
            reached = place.picture + len(some)
            whole = reached >= len(pictures)
            place = Place(place.position + 1) if whole else Place(place.position, reached)
        if odd and len(odd) == asked:
            raise odd[0]
        return SearchPage(
            candidates=tuple(found),
            next_cursor=place.cursor if place.position < len(ids) else None,
            skipped=skipped,
        )

    async def check(self) -> str:
        listing = await self._search("cat")
        return f"The Metropolitan Museum of Art answers: {listing.total} objects for “cat”."

    async def _listed(self, text: str, *, anew: bool) -> Sequence[int]:
        """The ids that a search found. It is asked again when it begins anew, or was begun elsewhere."""
        if not anew and text in self._lists:
            return self._lists[text]
        listing = await self._search(text)
        self._lists.pop(text, None)
        while len(self._lists) >= MOST_LISTS:
            del self._lists[next(iter(self._lists))]
        self._lists[text] = array("q", dict.fromkeys(listing.ids or ()))
        return self._lists[text]

    async def _search(self, text: str) -> Listing:
        params = {"q": text, "hasImages": "true"}
        listing = await ask(self._client, self._info, Listing, url=f"{self._url}/search", params=params)
        if listing.total and not listing.ids:
            raise changed_shape(self._info, "a `total` without `objectIDs`")
        return listing

    async def _pictures(self, object_id: int) -> list[Candidate]:
        """Those of one object; none where they are not free, or the object is gone. Raises the errors of
        ``search``; one object in an unknown form says nothing of the others."""
        url = f"{self._url}/objects/{object_id}"
        try:
            said = await ask(self._client, self._info, object, url=url, params={}, refusals=_gone)
        except _Gone:
            return []
        work = readable(self._info, [said], Work)[0] or Work()
        if work.object_id is None and not work.message:
            raise changed_shape(self._info, "an object without `objectID`")
        if work.object_id is None or not work.is_public_domain:
            return []
        addresses = map(web_address, (work.primary_image, *(work.additional_images or ())))
        return [_candidate(work, address) for address in dict.fromkeys(addresses) if address]


def _gone(error: ApiRefused) -> _Gone | None:
    return _Gone() if error.status == 404 else None


def _candidate(work: Work, address: str) -> Candidate:
    license_url = license_of(_LICENSE).url
    title, author = work.title or None, work.artist_display_name or None
    line = attribution_line(_LICENSE, title=title, author=author, license_url=license_url)
    credit = ". ".join(filter(None, ("The Metropolitan Museum of Art", work.credit_line)))
    tags = [tag.term for tag in work.tags or ()]
    return Candidate(
        image_url=address,
        source="met",
        source_id=str(work.object_id),
        page_url=work.object_url or f"https://www.metmuseum.org/art/collection/search/{work.object_id}",
        title=title,
        author=author,
        author_url=work.artist_wikidata_url or work.artist_ulan_url or None,
        license=_LICENSE,
        license_raw="isPublicDomain",
        license_url=license_url,
        attribution=f"{line} {credit}.",
        tags=tuple(dict.fromkeys(filter(None, (*tags, work.object_name, work.classification)))),
    )


def _build(context: SourceContext, config: SourceConfig) -> MetSource:
    return MetSource(FACTORY.client(context, config), base_url=FACTORY.base_url(config))


FACTORY = SourceFactory(
    id="met",
    build=_build,
    default_base_url="https://collectionapi.metmuseum.org/public/collection/v1",
    default_interval=0.2,
)
