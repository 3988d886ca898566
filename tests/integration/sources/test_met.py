"""The Metropolitan Museum of Art: a list of ids, then one call for each object."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import ClassVar

import pytest

from pixcrawler.adapters.sources.met import MetSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceChangedShape, SourceUnreachable
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import MANY, SOON, Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.met import MetServer, closed, work


class TestMet(SourceScenarios):
    malformed: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.malformed,
        '{"objectIDs": [1]}',
        '{"total": "many", "objectIDs": []}',
        '{"total": 3, "objectIDs": {}}',
        '{"total": 3, "objectIDs": ["a"]}',
        '{"total": 3, "objectIDs": [-1]}',
        '{"total": 3, "objectIDs": [99999999999999999999999]}',
        '{"total": 3, "objectIDs": null}',
        '{"total": 3, "ids": [1, 2, 3]}',
    )
    provenance: ClassVar[tuple[str, ...]] = (
        "page_url", "title", "license", "license_url", "attribution", "author", "author_url", "tags",
    )  # fmt: skip

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        works, single = divmod(count, 8)
        server = await stack.enter_async_context(MetServer(count=works, pictures=8, single=single))
        client = await stack.enter_async_context(api_client(server.port))
        return Scene(MetSource(client, base_url=server.base_url), server, text("fox"), text("yeti"))


@pytest.fixture
async def server() -> AsyncIterator[MetServer]:
    async with MetServer(count=5) as running:
        yield running


@pytest.fixture
async def source(server: MetServer) -> AsyncIterator[MetSource]:
    async with api_client(server.port) as client:
        yield MetSource(client, base_url=server.base_url)


async def test_a_picture_becomes_a_candidate_with_its_provenance(source: MetSource) -> None:
    page = await source.search(text("millet 0"), None)
    assert page.candidates == (
        Candidate(
            image_url="https://images.metmuseum.org/CRDImages/as/original/DP45000.jpg",
            source="met",
            source_id="45000",
            page_url="https://www.metmuseum.org/art/collection/search/45000",
            title="Fox and Millet 0",
            author="Kiyohara Yukinobu",
            author_url="https://www.wikidata.org/wiki/Q11560527",
            license="CC0-1.0",
            license_raw="isPublicDomain",
            license_url="https://creativecommons.org/publicdomain/zero/1.0/",
            attribution=(
                '"Fox and Millet 0" by Kiyohara Yukinobu is marked with CC0 1.0. To view the terms, visit '
                "https://creativecommons.org/publicdomain/zero/1.0/ The Metropolitan Museum of Art. "
                "The Howard Mansfield Collection, Purchase, Rogers Fund, 1936."
            ),
            tags=("Foxes", "Hanging scroll", "Paintings"),
        ),
    )


async def test_the_search_asks_for_objects_with_images(server: MetServer, source: MetSource) -> None:
    await source.search(text("fox", license=("commercial", "public-domain")), None)
    assert server.requests[0] == {"resource": "search", "q": "fox", "hasImages": "true"}
    assert [asked["resource"] for asked in server.requests[1:]] == [f"objects/{id_}" for id_ in server.listed]


async def test_works_that_are_not_free_have_no_picture_or_are_gone_are_skipped_and_counted(
    server: MetServer, source: MetSource
) -> None:
    free, shut, bare, silent, lent = server.listed
    server.works[shut] = closed(server.works[shut])
    server.works[bare].update(primaryImage="", additionalImages=[])
    server.works[silent].update(isPublicDomain=None)
    del server.works[lent]
    page = await source.search(text("fox"), None)
    assert [candidate.source_id for candidate in page.candidates] == [str(free)]
    assert (page.skipped, page.next_cursor) == (4, None)


async def test_an_object_that_is_refused_in_words_is_gone_too(server: MetServer, source: MetSource) -> None:
    await source.search(text("fox"), None)
    server.faults.extend(
        [Fault(body='{"total": 1, "objectIDs": [1]}'), Fault(body='{"message": "Not a valid object"}')]
    )
    page = await source.search(text("fox"), None)
    assert (page.candidates, page.skipped) == ((), 1)


async def test_one_object_may_give_several_pictures_each_once(server: MetServer, source: MetSource) -> None:
    first = server.listed[0]
    front = server.works[first]["primaryImage"]
    back = "https://images.metmuseum.org/CRDImages/ad/original/148535 back.jpg"
    server.works[first]["additionalImages"] = [back, front, "", None, back, "original/3.jpg"]
    page = await source.search(text("millet 0"), None)
    assert [candidate.image_url for candidate in page.candidates] == [front, back.replace(" ", "%20")]
    assert {candidate.source_id for candidate in page.candidates} == {str(first)}


async def test_an_object_with_more_pictures_than_a_page_holds_goes_on_on_the_next() -> None:
    async with MetServer(count=3, pictures=150) as server, api_client(server.port) as client:
        pages = await walk(MetSource(client, base_url=server.base_url), text("fox"))
        assert [len(page.candidates) for page in pages] == [100, 100, 100, 100, 50]
        assert len(set(found(pages))) == 450


async def test_a_page_asks_for_twenty_objects_and_the_list_of_ids_once_a_search() -> None:
    async with MetServer(count=45) as server, api_client(server.port) as client:
        pages = await walk(MetSource(client, base_url=server.base_url), text("fox"))
        assert [len(page.candidates) for page in pages] == [20, 20, 5]
        assert (server.searches, len(server.requests)) == (1, 46)


async def test_a_search_that_was_begun_elsewhere_is_asked_again(server: MetServer, source: MetSource) -> None:
    page = await source.search(text("fox"), "3-0")
    assert [candidate.source_id for candidate in page.candidates] == ["45003", "45004"]


async def test_only_the_lists_of_the_last_searches_are_kept(server: MetServer, source: MetSource) -> None:
    for number in range(12):
        await source.search(text(f"yeti {number}"), None)
    before = server.searches
    await source.search(text("yeti 11"), "0-0")
    assert server.searches == before
    await source.search(text("yeti 0"), "0-0")
    assert server.searches == before + 1


async def test_ids_that_are_listed_twice_are_asked_for_once(server: MetServer, source: MetSource) -> None:
    server.listed *= 2
    page = await source.search(text("fox"), None)
    assert len(page.candidates) == 5


async def test_what_the_museum_does_not_know_is_not_there(server: MetServer, source: MetSource) -> None:
    empty = dict.fromkeys(work(0), "") | {"objectID": 45_000, "isPublicDomain": True, "title": "fox"}
    server.works = {
        45_000: empty | {"primaryImage": "https://a.example/1.jpg", "additionalImages": None, "tags": None},
        45_001: {
            "objectID": 45_001,
            "isPublicDomain": True,
            "primaryImage": "https://a.example/2.jpg",
            "title": "fox",
        },
    }
    server.listed = list(server.works)
    for candidate in (await source.search(text("fox"), None)).candidates:
        assert (candidate.author, candidate.author_url, candidate.tags) == (None, None, ())
        assert candidate.page_url == f"https://www.metmuseum.org/art/collection/search/{candidate.source_id}"
        assert candidate.attribution is not None
        assert candidate.attribution.endswith("zero/1.0/ The Metropolitan Museum of Art.")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=403, body="<html><script>…", content_type="text/html"), SourceBlocked),
        (Fault(status=503, headers=SOON), SourceUnreachable),
        (Fault(body="<html>"), SourceChangedShape),
        (Fault(body="{}"), SourceChangedShape),
        (Fault(body='{"objectID": "a"}'), SourceChangedShape),
        (Fault(body='{"objectID": 1, "isPublicDomain": "perhaps"}'), SourceChangedShape),
    ],
    ids=["blocked", "down", "markup", "empty", "wrong type", "wrong flag"],
)  # fmt: skip
async def test_a_failing_object_is_told_apart_from_one_that_is_gone(
    server: MetServer, source: MetSource, fault: Fault, error: type[Exception]
) -> None:
    server.faults.extend([Fault(body='{"total": 1, "objectIDs": [45000]}'), *([fault] * MANY)])
    with pytest.raises(error):
        await source.search(text("fox"), None)
