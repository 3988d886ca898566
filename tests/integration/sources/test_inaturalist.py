"""iNaturalist: photographs of living things, each with its taxon."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import pytest

from pixcrawler.adapters.sources.inaturalist import INaturalistSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceChangedShape
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.inaturalist import INaturalistServer, observation, photo

ALWAYS = {
    "search_on": "names", "photos": "true", "quality_grade": "research", "order_by": "id", "order": "asc",
    "page": "1", "per_page": "200", "locale": "en",
}  # fmt: skip


class TestINaturalist(SourceScenarios):
    malformed: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.malformed,
        '{"total_results": 1}',
        '{"total_results": "many", "results": []}',
        '{"total_results": 1, "results": {}}',
        '{"total_results": 1, "results": [{"photos": []}]}',
        '{"total_results": 1, "results": [{"id": 1, "photos": [{"id": 2, "address": "x"}]}]}',
    )
    provenance: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.provenance, "author", "author_url", "attribution", "tags", "label", "source_id",
    )  # fmt: skip

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(INaturalistServer(count=count))
        client = await stack.enter_async_context(api_client(server.port))
        return Scene(INaturalistSource(client, base_url=server.base_url), server, text("fox"), text("yeti"))


@pytest.fixture
async def server() -> AsyncIterator[INaturalistServer]:
    async with INaturalistServer(count=8) as running:
        yield running


@pytest.fixture
async def source(server: INaturalistServer) -> AsyncIterator[INaturalistSource]:
    async with api_client(server.port) as client:
        yield INaturalistSource(client, base_url=server.base_url)


async def test_a_photograph_becomes_a_candidate_with_its_provenance(source: INaturalistSource) -> None:
    page = await source.search(text("red fox"), None)
    assert page.candidates[0] == Candidate(
        image_url="https://inaturalist-open-data.s3.amazonaws.com/photos/100000/original.jpg",
        source="inaturalist",
        source_id="100000",
        page_url="https://www.inaturalist.org/observations/1000",
        title="Red Fox (Vulpes vulpes)",
        author="Ann Example",
        author_url="https://www.inaturalist.org/people/ann",
        license="CC-BY-NC-4.0",
        license_raw="cc-by-nc",
        license_url="https://creativecommons.org/licenses/by-nc/4.0/",
        attribution="(c) Ann Example, some rights reserved (cc-by-nc)",
        width=2048,
        height=1536,
        tags=("Red Fox", "Vulpes vulpes", "species"),
        label="Vulpes vulpes",
    )


async def test_without_a_licence_all_rights_are_reserved_and_the_size_is_the_one_that_is_shown(
    source: INaturalistSource,
) -> None:
    page = await source.search(text("fox"), None)
    closed = page.candidates[3]
    assert closed.image_url == "https://static.inaturalist.org/photos/100300/large.jpg"
    assert (closed.width, closed.height) == (1024, 768)
    assert (closed.license, closed.license_raw) == ("all-rights-reserved", None)


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {}),
        ({"language": "de"}, {"locale": "de"}),
        ({"license": ("known",)}, {}),
        ({"license": ("public-domain",)}, {"photo_license": "cc0"}),
        ({"license": ("commercial",)}, {"photo_license": "cc0,cc-by,cc-by-sa,cc-by-nd"}),
        ({"license": ("commercial", "derivatives")}, {"photo_license": "cc0,cc-by,cc-by-sa"}),
        ({"min_size": (800, 600), "file_types": ("png",)}, {}),
    ],
)
async def test_filters_are_put_in_the_words_of_the_api(
    server: INaturalistServer, source: INaturalistSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(text("fox", **filters), None)
    assert server.requests == [ALWAYS | {"q": "fox"} | sent]


async def test_each_photograph_of_an_observation_has_a_licence_of_its_own(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    mixed = observation(1)
    mixed["photos"] = [photo(1, "cc-by"), photo(2, None), photo(3, "cc0"), photo(4, "house rules")]
    server.observations = [mixed]
    page = await source.search(text("fox", license=("commercial",)), None)
    licenses = [candidate.license for candidate in page.candidates]
    assert licenses == ["CC-BY-4.0", "all-rights-reserved", "CC0-1.0", "unknown"]
    assert len({candidate.page_url for candidate in page.candidates}) == 1


async def test_observations_with_many_photographs_are_more_pages_and_nothing_is_lost() -> None:
    async with INaturalistServer(count=250, photos=7) as server, api_client(server.port) as client:
        source = INaturalistSource(client, base_url=server.base_url)
        pages = await walk(source, text("fox"))
        urls = found(pages)
        assert len(urls) == len(set(urls)) == 1_750
        assert [len(page.candidates) for page in pages] == [500, 500, 400, 350]


async def test_behind_ten_thousand_observations_the_pages_begin_anew_above_the_last_id() -> None:
    async with INaturalistServer(count=10_450) as server, api_client(server.port) as client:
        source = INaturalistSource(client, base_url=server.base_url)
        page, urls = await source.search(text("fox"), "0-50-0"), []
        while page.next_cursor is not None:
            page = await source.search(text("fox"), page.next_cursor)
            urls += found([page])
        assert len(urls) == len(set(urls)) == 450
        assert [(asked.get("id_above"), asked["page"]) for asked in server.requests] == [
            (None, "50"), ("10999", "1"), ("10999", "2"), ("10999", "3"),
        ]  # fmt: skip


@pytest.mark.long
async def test_more_than_ten_thousand_observations_are_all_found_once() -> None:
    async with INaturalistServer(count=20_450) as server, api_client(server.port) as client:
        source = INaturalistSource(client, base_url=server.base_url)
        urls = found(await walk(source, text("fox")))
        assert len(urls) == len(set(urls)) == 20_450


async def test_a_server_that_knows_no_ids_above_is_not_asked_for_ever(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    server.faults.append(Fault(body='{"total_results": 90000, "results": [{"id": 7, "photos": []}]}'))
    page = await source.search(text("fox"), "7-50-0")
    assert page.next_cursor is None


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://a.example/photos/1/square.jpeg?1545345841", "https://a.example/photos/1/original.jpeg?1545345841"),
        ("https://a.example/photos/1/medium.JPG", "https://a.example/photos/1/original.JPG"),
        ("https://live.staticflickr.com/1/2_3_s.jpg", "https://live.staticflickr.com/1/2_3_s.jpg"),
        ("https://a.example/square/1.jpg", "https://a.example/square/1.jpg"),
    ],
)  # fmt: skip
async def test_the_size_is_changed_in_addresses_of_its_own_form_only(
    server: INaturalistServer, source: INaturalistSource, given: str, asked: str
) -> None:
    server.observations[-1]["photos"][0]["url"] = given
    page = await source.search(text("fox"), None)
    assert page.candidates[0].image_url == asked


async def test_photographs_that_are_no_more_are_skipped_and_counted(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    gone: list[dict[str, Any]] = [
        {"url": None}, {"url": "photos/1/square.jpg"}, {"hidden": True},
        {"url": "https://www.inaturalist.org/assets/copyright-infringement-square.png"},
    ]  # fmt: skip
    for one, change in zip(server.observations, gone, strict=False):
        one["photos"][0].update(change)
    server.observations[4]["photos"] = None
    del server.observations[5]["photos"]
    page = await source.search(text("fox"), None)
    assert (len(page.candidates), page.skipped) == (2, 4)


async def test_everything_but_the_address_may_be_missing(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    bare = {"id": 1, "url": "https://a.example/photos/1/square.jpg", "license_code": "cc-by"}
    emptied = bare | {"attribution": None, "original_dimensions": None, "hidden": None}
    unmeasured = bare | {"original_dimensions": {"width": None, "height": None}}
    results = [
        {"id": 1, "photos": [bare]},
        {"id": 2, "photos": [emptied], "taxon": None, "user": None, "uri": None},
        {"id": 3, "photos": [unmeasured], "taxon": {"name": "Vulpes", "preferred_common_name": None}},
    ]
    server.faults.append(
        Fault(body=str({"total_results": 3, "results": results}).replace("'", '"').replace("None", "null"))
    )
    page = await source.search(text("fox"), None)
    first, second, third = page.candidates
    assert (first.title, first.author, first.label, first.tags, first.width) == (None, None, None, (), None)
    assert second.page_url == "https://www.inaturalist.org/observations/2"
    assert second.attribution is not None
    assert "CC BY 4.0" in second.attribution
    assert (third.title, third.tags, third.height) == ("Vulpes", ("Vulpes",), None)


async def test_a_page_that_came_short_does_not_end_the_search(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    server.faults.append(Fault(body='{"total_results": 900, "results": [{"id": 5, "photos": []}]}'))
    page = await source.search(text("fox"), None)
    assert (page.candidates, page.next_cursor) == ((), "0-2-0")


async def test_photographs_without_addresses_are_a_changed_shape(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    for one in server.observations:
        one["photos"][0]["links"] = one["photos"][0].pop("url")
    with pytest.raises(SourceChangedShape, match="no photo has a `url`"):
        await source.search(text("fox"), None)


async def test_an_empty_page_between_others_ends_nothing(
    server: INaturalistServer, source: INaturalistSource
) -> None:
    server.faults.append(Fault(body='{"total_results": 250, "results": []}'))
    page = await source.search(text("fox"), None)
    assert (page.candidates, page.next_cursor) == ((), "0-2-0")
