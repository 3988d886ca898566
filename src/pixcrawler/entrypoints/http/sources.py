"""``/sources``: where images can be found, and a first look at what a search would find."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter
from msgspec import Meta

from pixcrawler.application.crawling.preview_source import PreviewSource, SearchWanted, SourcePreview
from pixcrawler.application.crawling.show_source_health import ShowSourceHealth
from pixcrawler.application.ports.source import LOCAL, SourceKey, Sources
from pixcrawler.application.ports.source_health import SourceHealth
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import (
    Color,
    ImageType,
    SafeSearch,
    SearchFilters,
    primary_language,
)
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.entrypoints.http.answers import Page, answered, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_fields import NO_NUL, Addresses, Language, Side, Text, Word
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success


class SourceNotFound(NotFound):
    code = "SOURCE_NOT_FOUND"


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A source. ``key`` says whether it takes a key and has one: ``none`` and ``optional`` ask for nothing,
    one whose key is ``missing`` is not ``enabled``. One that is not may be known by its id only.
    ``max_results`` is how many one search can give; ``filters`` those that the source applies itself;
    ``image_types`` the kinds of pictures that it can be asked for. ``needs_text`` is false for lists.
    ``health`` is how it answered lately, null for one that is off or reads what a user names."""

    id: str
    enabled: bool
    key: SourceKey
    name: str | None = None
    homepage: str | None = None
    licenses: str | None = None
    official: bool | None = None
    needs_key: bool | None = None
    needs_text: bool | None = None
    page_size: int | None = None
    max_results: int | None = None
    filters: tuple[str, ...] = ()
    image_types: tuple[ImageType, ...] = ()
    health: SourceHealth | None = None


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One search, as a job would send it: a ``keyword``, or ``inputs`` for the sources ``web`` and ``feed``,
    which read URLs. ``min_size`` is width and height in pixels."""

    source: Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]
    keyword: Text | None = None
    inputs: Addresses | None = None
    safe_search: SafeSearch = SafeSearch.MODERATE
    license: Annotated[
        tuple[Literal["commercial", "derivatives", "public-domain", "known"], ...], Meta(max_length=4)
    ] = ()
    file_types: Annotated[tuple[Format, ...], Meta(max_length=len(Format))] = ()
    min_size: tuple[Side, Side] | None = None
    exclude: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    image_type: ImageType | None = None
    color: Color | None = None
    language: Language | None = None

    def wanted(self) -> SearchWanted:
        filters = SearchFilters(
            safe_search=self.safe_search,
            license=self.license,
            file_types=self.file_types,
            min_size=self.min_size,
            exclude=self.exclude,
            image_type=self.image_type,
            color=self.color,
            language=None if self.language is None else primary_language(self.language),
        )
        return SearchWanted(
            source=self.source, keyword=self.keyword or "", addresses=self.inputs or (), filters=filters
        )


OPENVERSE = SourceRow(
    id="openverse",
    enabled=True,
    key=SourceKey.OPTIONAL,
    name="Openverse",
    homepage="https://openverse.org",
    licenses="Creative Commons and public domain, named for each picture",
    official=True,
    needs_key=False,
    needs_text=True,
    page_size=20,
    max_results=240,
    filters=("file_types", "image_type", "license", "min_size", "safe_search"),
    image_types=(ImageType.ILLUSTRATION, ImageType.PHOTO),
    health=SourceHealth(
        last_success=datetime(2026, 7, 4, 9, 30, tzinfo=UTC), last_failure=None, failure_code=None
    ),
)
FOX = Candidate(
    image_url="https://live.staticflickr.com/65535/50000000000_0123456789_b.jpg",
    source="openverse",
    source_id="1f0c7c2b-0e4e-4c9b-9d3a-52f3b1c8aa6f",
    page_url="https://www.flickr.com/photos/ann/50000000000",
    title="Red fox in the snow",
    author="Ann",
    author_url="https://www.flickr.com/photos/ann",
    license="CC-BY-2.0",
    license_raw="by 2.0",
    license_url="https://creativecommons.org/licenses/by/2.0/",
    attribution="“Red fox in the snow” by Ann is licensed under CC BY 2.0.",
    width=1024,
    height=683,
    tags=("fox", "snow"),
)
WANTED = PreviewRequest(source="openverse", keyword="red fox", license=("commercial",), min_size=(640, 480))
FOXES = SourcePreview(
    source="openverse", keyword="red fox", total=1834, first_page=20, usable=1, candidates=(FOX,)
)
PREVIEW_BODY = BodyKwarg(
    examples=[
        Example(value=msgspec.to_builtins(WANTED)),
        Example(value={"source": "web", "inputs": ["https://foxes.example/gallery/*"]}),
    ]
)


class SourceController(Controller):
    """Sources that read the server's own disk are for its keyboard, and do not exist here."""

    path = "/sources"
    tags = ("Sources",)

    @get(
        summary="List the sources",
        responses=success(
            200, Page[SourceRow], Page(items=[OPENVERSE], total=3, page=1, size=20, pages=1), "The sources."
        )
        | failures(401, 403, 422),
    )
    async def list_sources(
        self,
        window: Given[Window],
        actor: Given[Actor],
        sources: Given[Sources],
        show_source_health: Given[ShowSourceHealth],
    ) -> Response[Page[SourceRow]]:
        """Users; scope `read`.

        Those that the operator has switched off are listed with `enabled: false`.
        """
        actor.must(READ)
        ids = [one for one in sources.ids() if one not in LOCAL]
        shown = ids[window.offset : window.offset + window.size]
        rows = await _healthy([_row(sources, one) for one in shown], show_source_health)
        return page_of(Found(items=rows, total=len(ids)), window)

    @get(
        "/{source_id:str}",
        summary="Get a source",
        responses=success(200, SourceRow, OPENVERSE, "The source.") | failures(401, 403, 404),
    )
    async def get_source(
        self,
        source_id: Annotated[str, PathParameter(description="Such as `openverse`.")],
        actor: Given[Actor],
        sources: Given[Sources],
        show_source_health: Given[ShowSourceHealth],
    ) -> Response[SourceRow]:
        """Users; scope `read`.

        Its `health` is what crawls, previews and probes found; nothing is asked of the source.
        """
        actor.must(READ)
        if source_id in LOCAL or source_id not in sources.ids():
            raise SourceNotFound("There is no such source; GET /api/v1/sources lists them.")
        (row,) = await _healthy([_row(sources, source_id)], show_source_health)
        return answered(row)

    @post(
        "/preview",
        status_code=200,
        summary="See what a search would find",
        opt=COSTLY,
        responses=success(200, SourcePreview, FOXES, "Up to 12 candidates.")
        | failures(401, 403, 409, body=True),
    )
    async def preview_search(
        self,
        data: Annotated[PreviewRequest, PREVIEW_BODY],
        actor: Given[Actor],
        preview_source: Given[PreviewSource],
    ) -> Response[SourcePreview]:
        """Users; scope `read`.

        Asks the source for the first page of one search and shows up to 12 candidates that pass the filters.
        Nothing is stored, and no picture is fetched. 409 when the source is switched off, 503 with the
        source's own reason when it is away.
        """
        return answered(await preview_source(data.wanted(), by=actor))


async def _healthy(rows: list[SourceRow], show: ShowSourceHealth) -> list[SourceRow]:
    watched = [row.id for row in rows if row.enabled and row.needs_text]
    found = dict(zip(watched, await show(watched), strict=True))
    return [msgspec.structs.replace(row, health=found.get(row.id)) for row in rows]


def _row(sources: Sources, source_id: str) -> SourceRow:
    stands = sources.status(source_id)
    info = stands.info
    if info is None:
        return SourceRow(id=source_id, enabled=stands.enabled, key=stands.key)
    return SourceRow(
        id=source_id,
        enabled=stands.enabled,
        key=stands.key,
        name=info.name,
        homepage=info.homepage or None,
        licenses=info.licenses,
        official=info.official,
        needs_key=info.needs_key,
        needs_text=info.needs_text,
        page_size=info.page_size,
        max_results=info.max_results,
        filters=tuple(sorted(info.filters)),
        image_types=tuple(sorted(info.image_types)) if "image_type" in info.filters else (),
    )
