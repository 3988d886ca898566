"""Flickr: errors of status 200, licences by number, a key among the parameters."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.flickr import FlickrSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import (
    SourceChangedShape,
    SourceError,
    SourceKeyRefused,
    SourceUnreachable,
)
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import MANY, Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.flickr import FlickrServer, photos

KEY = "canary0123456789abcdef"
OPEN = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"
LISTED = Fault(body='{"stat": "ok", "licenses": {"license": []}}')


class TestFlickr(SourceScenarios):
    malformed: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.malformed,
        'jsonFlickrApi({"stat": "ok"})',
        '{"stat": "ok"}',
        '{"stat": 7}',
        '{"stat": "fail", "code": 112, "message": "Method not found"}',
        '{"stat": "ok", "photos": {"photo": []}}',
        '{"stat": "ok", "photos": {"pages": 1, "photo": {}}}',
        photos({"title": "no id"}),
        photos({"id": "1", "title": ["a list"]}),
        photos({"id": "1", "link": "https://a.example/1.jpg"}),
    )
    provenance: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.provenance,
        "author", "author_url", "license_raw", "license_url", "attribution", "tags", "source_id",
    )  # fmt: skip

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(FlickrServer(count=count))
        client = await stack.enter_async_context(api_client(server.port))
        source = FlickrSource(client, base_url=server.base_url, api_key=server.key)
        return Scene(source, server, text("fox"), text("unicorn"))


@pytest.fixture
async def server() -> AsyncIterator[FlickrServer]:
    async with FlickrServer(count=4, key=KEY) as running:
        yield running


@pytest.fixture
async def client(server: FlickrServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: FlickrServer, client: ApiClient) -> FlickrSource:
    return FlickrSource(client, base_url=server.base_url, api_key=KEY)


async def test_a_photo_becomes_a_candidate_with_its_provenance(source: FlickrSource) -> None:
    page = await source.search(text("fox 1"), None)
    assert page.total == 1
    assert page.candidates == (
        Candidate(
            image_url="https://live.staticflickr.com/65535/49514000001_9f1b4f8dbc_k.jpg",
            source="flickr",
            source_id="49514000001",
            page_url="https://www.flickr.com/photos/71925535@N03/49514000001/",
            title="Fox 1",
            author="Ann Example",
            author_url="https://www.flickr.com/photos/71925535@N03/",
            license="CC-BY-SA-2.0",
            license_raw="Attribution-ShareAlike License",
            license_url="https://creativecommons.org/licenses/by-sa/2.0/",
            attribution=(
                '"Fox 1" by Ann Example is licensed under CC BY-SA 2.0. To view the terms, visit '
                "https://creativecommons.org/licenses/by-sa/2.0/"
            ),
            width=2048,
            height=1365,
            tags=("fox", "animal", "redfox"),
        ),
    )


async def test_four_thousand_photos_are_reached_and_no_page_beyond_is_asked_for() -> None:
    async with FlickrServer(count=4_700) as server, api_client(server.port) as client:
        pages = await walk(FlickrSource(client, base_url=server.base_url, api_key=server.key), text("fox"))
        urls = found(pages)
        assert len(urls) == len(set(urls)) == 4_000
        assert [asked["page"] for asked in server.searches] == [str(page) for page in range(1, 9)]
        assert {page.total for page in pages} == {4_000}


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {"license": OPEN, "safe_search": "2"}),
        ({"safe_search": SafeSearch.STRICT}, {"safe_search": "1"}),
        ({"safe_search": SafeSearch.OFF}, {"safe_search": "3"}),
        ({"license": ("known",)}, {"license": OPEN}),
        ({"license": ("commercial",)}, {"license": "4,5,6,8,9,10,11,12,13"}),
        ({"license": ("commercial", "derivatives")}, {"license": "4,5,8,9,10,11,12"}),
        ({"license": ("public-domain",)}, {"license": "8,9,10"}),
        ({"min_size": (800, 600)}, {"dimension_search_mode": "min", "width": "800", "height": "600"}),
        ({"image_type": ImageType.PHOTO}, {"content_type": "1"}),
        ({"image_type": ImageType.ILLUSTRATION}, {"content_type": "3"}),
        ({"image_type": ImageType.CLIPART}, {}),
        ({"color": Color.MONOCHROME}, {"styles": "blackandwhite"}),
        ({"color": Color.TEAL}, {"color_codes": "7"}),
        ({"color": Color.YELLOW}, {"color_codes": "3,4"}),
        ({"color": Color.COLOR}, {}),
        ({"language": "de", "file_types": ("jpg",), "exclude": ("dog",)}, {}),
    ],
)
async def test_filters_are_put_in_the_words_of_the_api(
    server: FlickrServer, source: FlickrSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(text("fox", **filters), None)
    asked = server.searches[0]
    extras = asked.pop("extras").split(",")
    assert {"license", "owner_name", "tags", "url_o", "url_l"} <= set(extras)
    always = {
        "method": "flickr.photos.search", "format": "json", "nojsoncallback": "1", "api_key": KEY,
        "text": "fox", "page": "1", "per_page": "500", "sort": "relevance", "media": "photos",
        "license": OPEN, "safe_search": "2",
    }  # fmt: skip
    assert asked == always | sent


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (100, SourceKeyRefused, r"code 100: no way\): set SOURCE_FLICKR_API_KEY"),
        (99, SourceKeyRefused, "code 99"),
        (98, SourceKeyRefused, "code 98"),
        (105, SourceUnreachable, "Flickr is not available: no way. Try again later"),
        (10, SourceUnreachable, "Try again later"),
        (0, SourceUnreachable, "Try again later"),
        (111, SourceChangedShape, "code 111: no way"),
        (None, SourceChangedShape, "code None: no way"),
    ],
)
async def test_errors_of_status_200_are_told_apart(
    server: FlickrServer, source: FlickrSource, code: int | None, error: type[SourceError], words: str
) -> None:
    body = json.dumps({"stat": "fail", "code": code, "message": "no way"})
    server.faults.extend([Fault(body=body)] * MANY)
    with pytest.raises(error, match=words) as caught:
        await source.search(text("fox"), None)
    assert type(caught.value) is error


@pytest.mark.parametrize("code", [3, 20])
async def test_nothing_left_to_search_for_or_to_show_is_an_empty_page(
    server: FlickrServer, source: FlickrSource, code: int
) -> None:
    server.faults.extend([LISTED, Fault(body=json.dumps({"stat": "fail", "code": code, "message": "…"}))])
    page = await source.search(text("fox"), None)
    assert (page.candidates, page.next_cursor) == ((), None)


async def test_the_largest_size_that_is_offered_is_taken(server: FlickrServer, source: FlickrSource) -> None:
    first, second, third, fourth = server.photos
    first |= {"url_o": "https://a.example/o.png", "width_o": "6000", "height_o": "4000"}
    second |= {"url_k": None, "width_l": "wide", "height_l": None}
    for size in "klm":
        third.pop(f"url_{size}")
        fourth.pop(f"url_{size}")
    fourth["secret"] = None
    page = await source.search(text("fox"), None)
    assert [(one.image_url.rpartition("/")[2], one.width, one.height) for one in page.candidates] == [
        ("o.png", 6000, 4000),
        ("49514000001_35d1b4f8db_b.jpg", None, None),
        ("49514000002_35d1b4f8db.jpg", None, None),
    ]
    assert page.skipped == 1


async def test_everything_but_the_address_may_be_missing(server: FlickrServer, source: FlickrSource) -> None:
    bare: dict[str, Any] = {"id": 1, "url_m": "https://a.example/1.jpg"}
    nulls = dict.fromkeys(("owner", "ownername", "server", "secret", "title", "license", "tags", "width_m"))
    empty = dict.fromkeys(("owner", "ownername", "secret", "title", "license", "tags", "width_m"), "")
    server.faults.extend([LISTED, Fault(body=photos(bare, bare | nulls, bare | empty, total=None))])
    page = await source.search(text("fox"), None)
    assert page.total is None
    for candidate in page.candidates:
        assert (candidate.title, candidate.author, candidate.page_url, candidate.tags) == (
            None,
            None,
            None,
            (),
        )
        assert (candidate.license, candidate.width, candidate.attribution) == ("unknown", None, None)


async def test_numbers_of_the_frame_may_come_as_text(server: FlickrServer, source: FlickrSource) -> None:
    server.total_as_text = True
    assert (await source.search(text("fox"), None)).total == 4


async def test_the_probe_counts_cats(server: FlickrServer, source: FlickrSource) -> None:
    server.photos[0]["title"] = "Cat"
    assert await source.check() == "Flickr answers: 1 photos for “cat”."
    assert len(server.requests) == 1
