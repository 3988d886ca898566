"""Brave Search: one answer for a search, and errors that say in a code what is wrong."""

import json
import traceback
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.brave import FACTORY, BraveSource
from pixcrawler.adapters.sources.factory import SourceConfig
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import (
    SourceBlocked,
    SourceChangedShape,
    SourceError,
    SourceKeyRefused,
)
from pixcrawler.domain.crawling.filters import SafeSearch
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import MANY, Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.brave import BraveServer

TOKEN = "canary-0123456789"


class TestBrave(SourceScenarios):
    deepest = 200
    malformed: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.malformed,
        '{"type": "images", "results": null}',
        '{"type": "images", "results": {}}',
        '{"type": "images", "results": ["https://foxes.example/1.jpg"]}',
        '{"type": "images", "results": [{"properties": {"src": "https://foxes.example/1.jpg"}}]}',
        '{"type": "images", "results": [{"properties": {"url": 7}}]}',
    )

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(BraveServer(count=count))
        server.results += [{"title": "Cat", "properties": {"url": "https://cats.example/1.jpg"}}]
        client = await stack.enter_async_context(api_client(server.port))
        source = BraveSource(client, base_url=server.base_url, api_key=server.token)
        return Scene(source, server, text("fox"), text("unicorn"))

    async def test_several_pages_are_the_same_when_asked_again(self, open_scene: Any) -> None:
        """There is but one."""
        scene = await open_scene(401)
        first = await walk(scene.source, scene.query)
        assert await walk(scene.source, scene.query) == first
        assert [len(page.candidates) for page in first] == [200]


@pytest.fixture
async def server() -> AsyncIterator[BraveServer]:
    async with BraveServer(count=4, token=TOKEN) as running:
        yield running


@pytest.fixture
async def client(server: BraveServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: BraveServer, client: ApiClient) -> BraveSource:
    return BraveSource(client, base_url=server.base_url, api_key=TOKEN)


async def test_a_result_becomes_a_candidate_whose_licence_is_unknown(source: BraveSource) -> None:
    page = await source.search(text("fox 3"), None)
    assert page.candidates == (
        Candidate(
            image_url="https://foxes.example/images/3.jpg",
            source="brave",
            page_url="https://foxes.example/fox-3",
            title="Fox 3",
            license="unknown",
            width=1920,
            height=1080,
        ),
    )


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {}),
        ({"safe_search": SafeSearch.STRICT}, {}),
        ({"safe_search": SafeSearch.OFF}, {"safesearch": "off"}),
        ({"language": "de"}, {"search_lang": "de"}),
        ({"language": "ja"}, {"search_lang": "jp"}),
        ({"language": "zh"}, {"search_lang": "zh-hans"}),
        ({"language": "pt"}, {"search_lang": "pt-br"}),
        ({"license": ("known",), "min_size": (800, 600), "file_types": ("jpg",)}, {}),
    ],
)
async def test_filters_are_put_in_the_words_of_the_api(
    server: BraveServer, source: BraveSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    page = await source.search(text("fox", **filters), None)
    always = {"q": "fox", "count": "200", "country": "ALL", "safesearch": "strict", "spellcheck": "false"}
    assert server.requests == [always | sent]
    assert server.headers[0]["x-subscription-token"] == TOKEN
    assert page.notes == ()


async def test_a_language_that_brave_does_not_know_is_told(server: BraveServer, source: BraveSource) -> None:
    page = await source.search(text("fox", language="tlh"), None)
    assert page.notes == ("Brave Search does not know the language tlh: it was not asked for.",)
    assert "search_lang" not in server.requests[0]


@pytest.mark.parametrize(("given", "sent"), [("x" * 500, "x" * 400), ("a " * 60, " ".join(["a"] * 50))])
async def test_a_long_query_is_cut_to_what_the_api_takes(
    server: BraveServer, source: BraveSource, given: str, sent: str
) -> None:
    await source.search(text(given), None)
    assert server.requests[0]["q"] == sent


async def test_results_without_an_address_are_skipped_and_counted(
    server: BraveServer, source: BraveSource
) -> None:
    first, second, third, fourth = server.results
    first["properties"] = None
    second["properties"]["url"] = "data:image/png;base64,AAAA"
    del third["properties"]["url"]
    fourth.update(url=None, thumbnail=None, confidence=None, title="fox")
    fourth["properties"] = {"url": " https://foxes.example/a fox.jpg", "width": None, "height": 0}
    page = await source.search(text("fox"), None)
    assert page.candidates == (
        Candidate(image_url="https://foxes.example/a%20fox.jpg", source="brave", title="fox"),
    )
    assert page.skipped == 3


def refusal(status: int, code: str, detail: str = "…") -> Fault:
    told = {"id": "5d832250-9396-4f6e-b84a-2a1fe524cd7d", "status": status, "code": code, "detail": detail}
    return Fault(
        status=status,
        body=json.dumps({"type": "ErrorResponse", "error": told}),
        headers={"Retry-After": "0"} if status == 429 else {},
    )


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (refusal(401, "SUBSCRIPTION_TOKEN_INVALID"), SourceKeyRefused, "set SOURCE_BRAVE_API_KEY"),
        (refusal(404, "SUBSCRIPTION_NOT_FOUND"), SourceKeyRefused, "404 SUBSCRIPTION_NOT_FOUND"),
        (refusal(403, "RESOURCE_NOT_ALLOWED"), SourceKeyRefused, "its plan does not cover this search"),
        (refusal(400, "OPTION_NOT_IN_PLAN"), SourceKeyRefused, "its plan does not cover this search"),
        (Fault(status=402), SourceKeyRefused, "402"),
        (refusal(429, "QUOTA_LIMITED"), SourceBlocked, "quota of your Brave Search plan is used up"),
        (refusal(429, "RATE_LIMITED"), SourceBlocked, "raise SOURCE_BRAVE_INTERVAL"),
        (refusal(422, "VALIDATION"), SourceChangedShape, "status 422"),
        (Fault(status=403, body="<html>Just a moment…", content_type="text/html"), SourceBlocked, "403"),
    ],
)
async def test_refusals_are_told_apart_by_their_code(
    server: BraveServer, source: BraveSource, fault: Fault, error: type[SourceError], words: str
) -> None:
    server.faults.extend([fault] * MANY)
    with pytest.raises(error, match=words) as caught:
        await source.search(text("fox"), None)
    assert type(caught.value) is error


async def test_a_wrong_token_is_refused_although_its_status_is_that_of_a_wrong_request(
    server: BraveServer, client: ApiClient
) -> None:
    source = BraveSource(client, base_url=server.base_url, api_key="wrong-token")
    with pytest.raises(SourceKeyRefused, match="422 SUBSCRIPTION_TOKEN_INVALID"):
        await source.search(text("fox"), None)


async def test_a_token_that_was_lost_on_the_way_is_told_too(server: BraveServer, source: BraveSource) -> None:
    missing = {
        "error": {"code": "VALIDATION", "meta": {"errors": [{"loc": ["header", "x-subscription-token"]}]}}
    }
    server.faults.append(Fault(status=422, body=json.dumps(missing)))
    with pytest.raises(SourceKeyRefused):
        await source.search(text("fox"), None)


async def test_without_a_key_brave_is_off_and_not_even_asked(server: BraveServer, client: ApiClient) -> None:
    assert not FACTORY.enabled(SourceConfig())
    assert FACTORY.enabled(SourceConfig(api_key="any"))
    source = BraveSource(client, base_url=server.base_url, api_key=None)
    with pytest.raises(SourceKeyRefused, match="set SOURCE_BRAVE_API_KEY"):
        await source.check()
    assert server.requests == []


@pytest.mark.parametrize("status", [400, 401, 403, 422, 429, 500])
async def test_the_token_is_in_no_error_log_or_repr(
    server: BraveServer, source: BraveSource, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    server.faults.extend([refusal(status, "ODD", f"the token {TOKEN} is odd")] * MANY)
    with pytest.raises(SourceError) as caught:
        await source.search(text("fox"), None)
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert TOKEN not in said + repr(source) + repr(source.info)


async def test_a_probe_without_cats_is_a_changed_shape(source: BraveSource) -> None:
    with pytest.raises(SourceChangedShape, match="no result for “cat”"):
        await source.check()


async def test_a_thousand_pictures_are_two_hundred(server: BraveServer, source: BraveSource) -> None:
    server.faults.append(
        Fault(
            body=json.dumps(
                {"results": [{"properties": {"url": f"https://a.example/{n}"}} for n in range(1_000)]}
            )
        )
    )
    assert len(found([await source.search(text("fox"), None)])) == 200
