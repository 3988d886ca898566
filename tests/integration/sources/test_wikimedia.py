import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest
from aiohttp import web

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.wikimedia import WikimediaSource
from pixcrawler.application.ports.source import SearchPage, SearchQuery
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceUnreachable,
)
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.integration.sources.client import USER_AGENT, api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, text
from tests.servers.api import Fault
from tests.servers.wikimedia import WikimediaServer, file


@pytest.fixture
async def server() -> AsyncIterator[WikimediaServer]:
    async with WikimediaServer(count=1_000) as running:
        yield running


@pytest.fixture
async def client(server: WikimediaServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: WikimediaServer, client: ApiClient) -> WikimediaSource:
    return WikimediaSource(client, base_url=server.base_url, lag_pause=0.0)


def of(text: str = "fox", **filters: Any) -> SearchQuery:
    return SearchQuery(text=text, filters=SearchFilters(**filters))


async def walk(source: WikimediaSource, query: SearchQuery) -> list[SearchPage]:
    pages = [await source.search(query, None)]
    while pages[-1].next_cursor is not None:
        pages.append(await source.search(query, pages[-1].next_cursor))
    return pages


def info(one: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = one["imageinfo"][0]
    return found


async def test_a_file_becomes_a_candidate_with_its_provenance(source: WikimediaSource) -> None:
    page = await source.search(of(), None)
    assert page.candidates[0] == Candidate(
        image_url="https://upload.wikimedia.org/wikipedia/commons/a/ab/Red_fox_0.jpg",
        source="wikimedia",
        source_id="90000",
        page_url="https://commons.wikimedia.org/wiki/File:Red_fox_0.jpg",
        title="Red fox 0",
        author="Ann Example",
        author_url="https://commons.wikimedia.org/wiki/User:Ann",
        license="CC-BY-SA-4.0",
        license_raw="CC BY-SA 4.0",
        license_url="https://creativecommons.org/licenses/by-sa/4.0",
        attribution='"Red fox 0" by Ann Example is licensed under CC BY-SA 4.0. To view the terms, visit '
        "https://creativecommons.org/licenses/by-sa/4.0",
        width=4000,
        height=3000,
    )


async def test_a_thousand_files_come_in_the_order_of_relevance(source: WikimediaSource) -> None:
    pages = await walk(source, of())
    titles = [candidate.title for page in pages for candidate in page.candidates]
    assert titles == [f"Red fox {number}" for number in range(1_000)]
    assert len(pages) == 20


async def test_answers_that_come_in_parts_lose_and_repeat_nothing(client: ApiClient) -> None:
    async with WikimediaServer(count=75, parts=True) as server, api_client(server.port) as own:
        pages = await walk(WikimediaSource(own, base_url=server.base_url), of())
    titles = [candidate.title for page in pages for candidate in page.candidates]
    assert sorted(titles, key=str) == sorted((f"Red fox {number}" for number in range(75)), key=str)
    assert sum(page.skipped for page in pages) == 0


async def test_it_asks_politely(server: WikimediaServer, source: WikimediaSource) -> None:
    await source.search(of(), None)
    assert server.requests[0]["maxlag"] == "5"
    assert server.headers[0]["user-agent"] == USER_AGENT


async def test_the_least_size_is_put_in_the_words_of_the_search(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    await source.search(of("red fox", min_size=(800, 600)), None)
    assert server.requests[0]["gsrsearch"] == "filetype:bitmap filew:>799 fileh:>599 red fox"


async def test_one_file_type_is_put_in_the_words_of_the_search(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    await source.search(of(file_types=("png",)), None)
    await source.search(of(file_types=("png", "jpg")), None)
    assert [asked["gsrsearch"] for asked in server.requests] == [
        "filetype:bitmap filemime:image/png fox",
        "filetype:bitmap fox",
    ]


async def test_what_is_no_picture_is_skipped_and_counted(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    kinds = [
        "image/jpeg",
        "image/svg+xml",
        "application/pdf",
        "audio/ogg",
        "image/vnd.djvu",
        "image/x-ms-bmp",
    ]
    server.files = [file(number, mime=mime) for number, mime in enumerate(kinds)]
    page = await source.search(of(), None)
    assert [candidate.title for candidate in page.candidates] == ["Red fox 0", "Red fox 5"]
    assert page.skipped == 4


async def test_file_types_that_were_not_asked_for_are_skipped(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    server.files = [file(0), file(1, mime="image/png"), file(2)]
    page = await source.search(of(file_types=("png",)), None)
    assert ([candidate.title for candidate in page.candidates], page.skipped) == (["Red fox 1"], 2)


async def test_licences_are_named_and_left_for_the_rules_to_refuse(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    server.files = [file(0), file(1), file(2)]
    info(server.files[1])["extmetadata"] = {"LicenseShortName": {"value": "Fair use"}}
    info(server.files[2])["extmetadata"] = {
        "License": {"value": "pd"},
        "LicenseShortName": {"value": "Public domain"},
    }
    page = await source.search(of(license=("commercial",)), None)
    assert [candidate.license for candidate in page.candidates] == ["CC-BY-SA-4.0", "unknown", "PD"]


async def test_html_in_the_description_becomes_plain_text(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    server.files = [file(0)]
    info(server.files[0])["extmetadata"] = {
        "ObjectName": {"value": "A &quot;fox&quot;<br>in   snow"},
        "Artist": {"value": '<style>.x{}</style><p class="fn">Ann</p><a href="/wiki/Bo">Bo</a> &amp; Co'},
        "LicenseShortName": {"value": "CC BY 2.0 de"},
        "Attribution": {"value": "<i>Ann</i> / Wikimedia Commons"},
    }
    [candidate] = (await source.search(of(), None)).candidates
    assert candidate.title == 'A "fox" in snow'
    assert candidate.author == "Ann Bo & Co"
    assert candidate.author_url is None
    assert candidate.license == "CC-BY-2.0-DE"
    assert candidate.attribution == "Ann / Wikimedia Commons"


async def test_a_file_without_any_metadata_is_still_a_candidate(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    server.files = [file(0), file(1), file(2)]
    info(server.files[0])["extmetadata"] = []  # how PHP writes an empty map
    del info(server.files[1])["extmetadata"]
    info(server.files[2])["extmetadata"] = {"Artist": {"value": 7}, "License": {}}
    page = await source.search(of(), None)
    assert [candidate.license for candidate in page.candidates] == ["unknown"] * 3
    assert page.candidates[0].title == "Red fox 0"
    assert page.candidates[0].attribution is None
    assert page.candidates[2].author == "7"


async def test_a_file_whose_data_is_missing_is_counted(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    server.files = [file(0), file(1)]
    del server.files[0]["imageinfo"]
    page = await source.search(of(), None)
    assert (len(page.candidates), page.skipped) == (1, 1)


@pytest.mark.parametrize("offset", [10_000, "10000", "9" * 5_000, "", "next"])
async def test_it_stops_where_the_search_engine_does(
    server: WikimediaServer, source: WikimediaSource, offset: int | str
) -> None:
    answer = {"query": {"pages": [file(0)]}, "continue": {"gsroffset": offset, "continue": "gsroffset||"}}
    server.faults.append(Fault(body=msgspec.json.encode(answer).decode()))
    assert (await source.search(of(), None)).next_cursor is None


LAG = Fault(
    body='{"error": {"code": "maxlag", "info": "Waiting for 10.64.0.1: 7 seconds lagged.", "lag": 7}}',
    headers={"Retry-After": "5"},
)


TOO_FAST = Fault(body='{"error": {"code": "ratelimited", "info": "Too fast."}}')
NO_URL = '{"batchcomplete": true, "query": {"pages": [{"title": "A", "imageinfo": [{"link": "x"}]}]}}'
NO_SEARCH = Fault(body='{"error": {"code": "cirrussearch-too-busy-error", "info": "Busy."}}')


async def test_lag_is_waited_out(server: WikimediaServer, source: WikimediaSource) -> None:
    server.faults.extend([LAG, LAG])
    assert len((await source.search(of(), None)).candidates) == 50


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (LAG, SourceUnreachable, "too busy: Waiting for 10.64.0.1: 7 seconds lagged"),
        (TOO_FAST, SourceBlocked, "wants fewer requests: Too fast"),
        (NO_SEARCH, SourceUnreachable, "too busy: Busy"),
        (Fault(status=503, body="down"), SourceUnreachable, "Wikimedia Commons cannot be reached"),
        (Fault(status=429, headers={"Retry-After": "0"}), SourceBlocked, "SOURCE_WIKIMEDIA_INTERVAL"),
        (Fault(status=403, body="Please set a user-agent"), SourceBlocked, "Please set a user-agent"),
        (Fault(body='{"error": {"code": "blocked", "info": "Go away."}}'), SourceBlocked, "Go away"),
        (Fault(body='{"error": {"code": "badvalue", "info": "No."}}'), SourceChangedShape, "badvalue: No"),
        (Fault(body="<html></html>", content_type="text/html"), SourceChangedShape, "does not know"),
        (Fault(body='{"query": {"pages": {"1": {"pageid": 1}}}}'), SourceChangedShape, "`title`"),
        (Fault(body=NO_URL), SourceChangedShape, "no file has a `url`"),
        (Fault(body='{"query": {"pages": [{"pageid": 1}]}}'), SourceChangedShape, "`title`"),
        (Fault(body='{"results": []}'), SourceChangedShape, "neither `query` nor `batchcomplete`"),
    ],
    ids=["lag", "fast", "search", "down", "slow", "agent", "blocked", "refused", "markup", "old form",
         "no url", "no title", "new"],
)  # fmt: skip
async def test_failures_are_told_apart(
    server: WikimediaServer, source: WikimediaSource, fault: Fault, error: type[SourceError], words: str
) -> None:
    server.faults.extend([fault] * 10)
    with pytest.raises(error, match=words) as caught:
        await source.search(of(), None)
    assert caught.value.source == "wikimedia"


async def test_the_probe_looks_for_cats(server: WikimediaServer, source: WikimediaSource) -> None:
    server.files[0]["title"] = "File:Cat.jpg"
    assert await source.check() == "Wikimedia Commons answers."
    server.files.clear()
    with pytest.raises(SourceChangedShape, match="no result"):
        await source.check()


class TestScenarios(SourceScenarios):
    provenance = ("source_id", "page_url", "title", "author", "author_url", "license", "license_raw",
                  "license_url", "attribution", "width", "height")  # fmt: skip

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(WikimediaServer(count=count))
        server.files[0]["title"] = "File:Red fox and cat.jpg"
        client = await stack.enter_async_context(api_client(server.port))
        source = WikimediaSource(client, base_url=server.base_url, lag_pause=0.0)
        return Scene(source, server, text("fox"), text("unicorn"))


async def test_pages_by_id_are_read_as_those_of_a_list(
    server: WikimediaServer, source: WikimediaSource
) -> None:
    listed = await source.search(of(), None)
    server.altering = by_id
    assert await source.search(of(), None) == listed


def by_id(answer: web.Response) -> web.Response:
    """What the first form of MediaWiki's answers holds."""
    said = json.loads(answer.text or "")
    said["query"]["pages"] = {str(page["pageid"]): page for page in said["query"]["pages"]}
    return web.json_response(said)
