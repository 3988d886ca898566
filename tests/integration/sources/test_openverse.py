from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.openverse import OpenverseSource
from pixcrawler.application.ports.source import SearchPage, SearchQuery
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceKeyRefused,
    SourceUnreachable,
)
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters
from tests.integration.sources.client import USER_AGENT, api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, text
from tests.servers.api import Fault
from tests.servers.openverse import OpenverseServer


@pytest.fixture
async def server() -> AsyncIterator[OpenverseServer]:
    async with OpenverseServer(count=1_000) as running:
        yield running


@pytest.fixture
async def client(server: OpenverseServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: OpenverseServer, client: ApiClient) -> OpenverseSource:
    return OpenverseSource(client, base_url=server.base_url)


def of(text: str = "fox", **filters: Any) -> SearchQuery:
    return SearchQuery(text=text, filters=SearchFilters(**filters))


async def walk(source: OpenverseSource, query: SearchQuery) -> list[SearchPage]:
    pages = [await source.search(query, None)]
    while pages[-1].next_cursor is not None:
        pages.append(await source.search(query, pages[-1].next_cursor))
    return pages


async def test_a_result_becomes_a_candidate_with_its_provenance(source: OpenverseSource) -> None:
    page = await source.search(of("fox 7"), None)
    assert page.candidates[0] == Candidate(
        image_url="https://live.staticflickr.com/1/7_b.jpg",
        source="openverse",
        source_id="00000000-0000-4000-8000-000000000007",
        page_url="https://www.flickr.com/photos/ann/7",
        title="Fox 7",
        author="Ann",
        author_url="https://www.flickr.com/photos/ann",
        license="CC-BY-SA-2.0",
        license_raw="by-sa 2.0",
        license_url="https://creativecommons.org/licenses/by-sa/2.0/",
        attribution='"Fox 7" by Ann is licensed under CC BY-SA.',
        width=1024,
        height=683,
        tags=("fox", "animal"),
    )


async def test_a_thousand_works_are_given_as_deep_as_the_api_goes(source: OpenverseSource) -> None:
    pages = await walk(source, of())
    assert [len(page.candidates) for page in pages] == [20] * 12
    assert {page.total for page in pages} == {240}


async def test_a_key_gives_larger_pages_of_the_same_works(server: OpenverseServer, client: ApiClient) -> None:
    source = OpenverseSource(client, base_url=server.base_url, api_key="right")
    pages = await walk(source, of())
    assert [len(page.candidates) for page in pages] == [80] * 3
    assert server.headers[0]["authorization"] == "Bearer right"


async def test_the_client_says_who_it_is(server: OpenverseServer, source: OpenverseSource) -> None:
    await source.search(of(), None)
    assert server.headers[0]["user-agent"] == USER_AGENT


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {}),
        ({"safe_search": SafeSearch.STRICT}, {}),
        ({"safe_search": SafeSearch.OFF}, {"mature": "true"}),
        ({"license": ("commercial",)}, {"license_type": "commercial"}),
        ({"license": ("commercial", "derivatives")}, {"license_type": "commercial,modification"}),
        ({"license": ("commercial", "public-domain")}, {"license": "cc0,pdm"}),
        ({"license": ("known",)}, {}),
        ({"file_types": ("jpg", "png")}, {"extension": "jpg,jpeg,png"}),
        ({"min_size": (300, 200)}, {}),
        ({"min_size": (800, 600)}, {"size": "medium,large"}),
        ({"min_size": (1920, 1080)}, {"size": "large"}),
        ({"image_type": ImageType.PHOTO}, {"category": "photograph"}),
        ({"image_type": ImageType.ILLUSTRATION}, {"category": "illustration"}),
        ({"image_type": ImageType.CLIPART, "color": Color.RED, "language": "de"}, {}),
    ],
)
async def test_filters_are_put_in_the_words_of_the_api(
    server: OpenverseServer, source: OpenverseSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(of(**filters), None)
    assert server.requests == [{"q": "fox", "page": "1", "page_size": "20"} | sent]


@pytest.mark.parametrize(
    ("policy", "licenses"),
    [
        (("commercial",), {"CC-BY-2.0", "CC-BY-SA-2.0", "CC-BY-ND-2.0", "CC0-1.0", "PDM-1.0"}),
        (("commercial", "derivatives"), {"CC-BY-2.0", "CC-BY-SA-2.0", "CC0-1.0", "PDM-1.0"}),
        (("public-domain",), {"CC0-1.0", "PDM-1.0"}),
    ],
)
async def test_only_licences_that_were_asked_for_come(
    source: OpenverseSource, policy: tuple[str, ...], licenses: set[str]
) -> None:
    page = await source.search(of(license=policy), None)
    assert {candidate.license for candidate in page.candidates} == licenses
    assert page.skipped == 0


async def test_a_licence_that_slips_through_the_filter_is_left_for_the_rules_to_refuse(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    server.works[0]["license"] = "sampling+"
    page = await source.search(of(license=("commercial",)), None)
    assert page.candidates[0].license == "unknown"
    assert page.candidates[0].license_raw == "sampling+ 2.0"


async def test_sensitive_works_come_only_when_asked_for(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    server.works[0]["mature"] = True
    for safe, first in ((SafeSearch.MODERATE, "Fox 1"), (SafeSearch.OFF, "Fox 0")):
        page = await source.search(of(safe_search=safe), None)
        assert page.candidates[0].title == first
        assert page.candidates[0].mature == (safe is SafeSearch.OFF)


async def test_a_long_query_is_cut_to_what_the_api_takes(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    await source.search(of("x" * 300), None)
    assert server.requests[0]["q"] == "x" * 200


async def test_results_without_an_address_are_skipped_and_counted(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    server.works = server.works[:5]
    server.works[1]["url"] = None
    server.works[2]["url"] = "live.staticflickr.com/1.jpg"
    del server.works[3]["url"]
    page = await source.search(of(), None)
    assert [candidate.title for candidate in page.candidates] == ["Fox 0", "Fox 4"]
    assert page.skipped == 3


async def test_everything_but_the_address_may_be_missing(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    bare = {"url": "https://a.example/1.jpg", "title": "fox", "license": "by", "mature": False}
    server.works = [bare, bare | dict.fromkeys(server.works[0].keys() - bare.keys())]
    page = await source.search(of(), None)
    for candidate in page.candidates:
        assert candidate.license == "CC-BY"
        assert candidate.attribution == '"fox" is licensed under CC BY.'
        assert (candidate.tags, candidate.width, candidate.author) == ((), None, None)


async def test_numbers_that_come_as_text_are_taken(server: OpenverseServer, source: OpenverseSource) -> None:
    server.works[0]["width"] = "640"
    page = await source.search(of(), None)
    assert page.candidates[0].width == 640


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_passing_fault_is_waited_out(
    server: OpenverseServer, source: OpenverseSource, status: int
) -> None:
    server.faults.append(Fault(status=status, headers={"Retry-After": "0"}, body='{"detail": "later"}'))
    page = await source.search(of(), None)
    assert len(page.candidates) == 20
    assert len(server.requests) == 2


THROTTLED = Fault(status=429, body='{"detail": "Request was throttled."}', headers={"Retry-After": "0"})
RENAMED = Fault(body='{"page_count": 1, "result_count": 1, "results": [{"image": "x"}]}')
MARKUP = Fault(body="<html>Just a moment…</html>", content_type="text/html")


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault(status=500, body="oh"), SourceUnreachable, "Openverse cannot be reached"),
        (THROTTLED, SourceBlocked, r"wants fewer requests \(429\): wait, raise SOURCE_OPENVERSE_INTERVAL"),
        (Fault(status=401, body='{"detail": "x"}'), SourceKeyRefused, "SOURCE_OPENVERSE_API_KEY"),
        (Fault(status=403, body="Forbidden"), SourceBlocked, r"refuses this client \(403\)"),
        (Fault(status=404, body="gone"), SourceChangedShape, "status 404: gone"),
        (MARKUP, SourceChangedShape, "a form that PixCrawler does not know"),
        (Fault(body='{"page_count": 1, "result_count": 1}'), SourceChangedShape, "`results`"),
        (Fault(body='{"page_count": 1, "result_count": 1, "results": {}}'), SourceChangedShape, "array"),
        (Fault(body="[]"), SourceChangedShape, "object"),
        (RENAMED, SourceChangedShape, "no result has a `url`"),
    ],
    ids=["down", "throttled", "key", "blocked", "moved", "markup", "none", "no array", "list", "renamed"],
)  # fmt: skip
async def test_failures_are_told_apart(
    server: OpenverseServer, source: OpenverseSource, fault: Fault, error: type[SourceError], words: str
) -> None:
    server.faults.extend([fault] * 10)
    with pytest.raises(error, match=words) as caught:
        await source.search(of(), None)
    assert caught.value.source == "openverse"


async def test_a_wrong_key_is_refused_and_not_shown(server: OpenverseServer, client: ApiClient) -> None:
    source = OpenverseSource(client, base_url=server.base_url, api_key="wrong-and-secret")
    with pytest.raises(SourceKeyRefused) as caught:
        await source.search(of(), None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["sécret-key", "secret\nkey"])
async def test_a_key_that_no_header_can_hold_is_refused_and_not_shown(
    server: OpenverseServer, client: ApiClient, key: str
) -> None:
    source = OpenverseSource(client, base_url=server.base_url, api_key=key)
    with pytest.raises(SourceKeyRefused, match="SOURCE_OPENVERSE_API_KEY") as caught:
        await source.check()
    assert "cret" not in str(caught.value)
    assert not server.requests


async def test_nobody_there_is_unreachable(server: OpenverseServer, source: OpenverseSource) -> None:
    await server.__aexit__(None, None, None)
    with pytest.raises(SourceUnreachable, match="Try again later"):
        await source.search(of(), None)


async def test_the_probe_counts_cats(server: OpenverseServer, source: OpenverseSource) -> None:
    server.works[0]["title"] = "Cat"
    assert await source.check() == "Openverse answers: 1 results for “cat”."
    server.faults.extend([Fault(status=403)] * 5)
    with pytest.raises(SourceBlocked):
        await source.check()


async def test_a_dead_page_in_the_middle_does_not_end_the_search(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    server.faults.append(Fault(body='{"result_count": 60, "page_count": 3, "results": []}'))
    page = await source.search(of(), None)
    assert (page.candidates, page.next_cursor) == ((), "2")


async def test_one_malformed_work_takes_no_other_with_it(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    server.works[0] |= {"width": 640.5, "height": "427px"}
    server.works[1] |= {"creator": 2012}
    server.works[2] |= {"url": "HTTPS://a.example/a fox.jpg"}
    page = await source.search(of(), None)
    assert (len(page.candidates), page.skipped) == (20, 0)
    assert page.candidates[1].author is None
    assert (page.candidates[0].width, page.candidates[0].height) == (None, 427)
    assert page.candidates[2].image_url == "HTTPS://a.example/a%20fox.jpg"


async def test_half_an_emoji_in_a_title_costs_no_page(
    server: OpenverseServer, source: OpenverseSource
) -> None:
    work = '{"url": "https://a.example/1.jpg", "title": "\\ud83e"}'
    server.faults.append(Fault(body=f'{{"result_count": 1, "page_count": 1, "results": [{work}]}}'))
    page = await source.search(of(), None)
    assert [candidate.title for candidate in page.candidates] == ["\ufffd"]


class TestScenarios(SourceScenarios):
    deepest = 240
    provenance = ("source_id", "page_url", "title", "author", "author_url", "license", "license_raw",
                  "license_url", "attribution", "width", "height", "tags")  # fmt: skip

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(OpenverseServer(count=count))
        client = await stack.enter_async_context(api_client(server.port))
        source = OpenverseSource(client, base_url=server.base_url)
        return Scene(source, server, text("fox"), text("unicorn"))
