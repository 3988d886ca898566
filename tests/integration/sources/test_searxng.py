from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.searxng import SearxngSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceChangedShape, SourceUnreachable
from pixcrawler.domain.crawling.filters import SafeSearch
from tests.integration.sources.client import USER_AGENT, api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.searxng import SearxngServer, result


class TestSearxng(SourceScenarios):
    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(SearxngServer(count=count))
        server.results = [dict(one, title=f"{one['title']} and cat") for one in server.results]
        client = await stack.enter_async_context(api_client(server.port))
        source = SearxngSource(client, base_url=server.url)
        return Scene(source, server, text("fox"), text("unicorn"))


@pytest.fixture
async def server() -> AsyncIterator[SearxngServer]:
    async with SearxngServer() as running:
        yield running


@pytest.fixture
async def client(server: SearxngServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: SearxngServer, client: ApiClient) -> SearxngSource:
    return SearxngSource(client, base_url=f"{server.url}/")


async def test_a_result_becomes_a_candidate_that_names_its_engines(source: SearxngSource) -> None:
    page = await source.search(text("fox 4"), None)
    assert page.candidates[0] == Candidate(
        image_url="https://img.foxes.example/4.jpg",
        source="searxng",
        source_id="bing images, google images",
        page_url="https://foxes.example/4",
        title="Fox 4",
        author="Ann",
        license="unknown",
        width=1024,
        height=683,
    )


async def test_pages_are_read_until_one_is_empty(server: SearxngServer, source: SearxngSource) -> None:
    assert [len(page.candidates) for page in await walk(source, text("fox"))] == [40, 40, 30, 0]
    assert [asked["pageno"] for asked in server.requests] == ["1", "2", "3", "4"]


async def test_a_page_that_comes_again_ends_the_search(server: SearxngServer, source: SearxngSource) -> None:
    server.turns = True
    assert [len(page.candidates) for page in await walk(source, text("fox"))] == [40, 40, 30, 0]


async def test_a_search_that_never_ends_is_ended(server: SearxngServer, source: SearxngSource) -> None:
    server.results, server.per_page = [result(number) for number in range(500)], 1
    assert len(found(await walk(source, text("fox")))) == 200


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {"safesearch": "1"}),
        ({"safe_search": SafeSearch.OFF}, {"safesearch": "0"}),
        ({"safe_search": SafeSearch.STRICT}, {"safesearch": "2"}),
        ({"language": "de"}, {"safesearch": "1", "language": "de"}),
        ({"min_size": (800, 600), "file_types": ("png",)}, {"safesearch": "1"}),
    ],
)
async def test_filters_are_put_in_the_words_of_the_instance(
    server: SearxngServer, source: SearxngSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(text("fox", **filters), None)
    assert server.requests == [{"q": "fox", "categories": "images", "format": "json", "pageno": "1"} | sent]
    assert server.headers[0]["user-agent"] == USER_AGENT


@pytest.mark.parametrize("license_", [("known",), ("commercial", "derivatives"), ("public-domain",)])
async def test_a_licence_policy_is_met_by_nothing_and_that_is_said(
    server: SearxngServer, source: SearxngSource, license_: tuple[str, ...]
) -> None:
    page = await source.search(text("fox", license=license_), None)
    assert (page.candidates, page.next_cursor, server.requests) == ((), None, [])
    assert page.notes == (
        f"SearXNG tells no licences: with --license {','.join(license_)} nothing is asked there, as nothing "
        "passes.",
    )


async def test_an_instance_without_json_is_told_what_to_switch_on(
    server: SearxngServer, source: SearxngSource
) -> None:
    server.formats = ("html",)
    with pytest.raises(SourceBlocked, match=r"add json to search\.formats in its settings\.yml"):
        await source.search(text("fox"), None)


async def test_engines_that_did_not_answer_are_told(server: SearxngServer, source: SearxngSource) -> None:
    server.silent = [["google images", "CAPTCHA"], ["bing images", "timeout"], "old form", ["flickr", ""], 7]
    page = await source.search(text("fox"), None)
    assert len(page.candidates) == 40
    assert page.notes == (
        "engines that did not answer: 7, bing images (timeout), flickr, google images (CAPTCHA), old form.",
    )


@pytest.mark.parametrize(
    ("silent", "error"),
    [
        ([["google images", "CAPTCHA"], ["bing images", "Suspended: too many requests"]], SourceBlocked),
        ([["google images", "CAPTCHA"], ["bing images", "timeout"]], SourceUnreachable),
    ],
)
async def test_nothing_found_while_engines_are_silent_is_no_empty_page(
    server: SearxngServer, source: SearxngSource, silent: list[list[str]], error: type[Exception]
) -> None:
    server.silent = silent
    with pytest.raises(error, match="found nothing, and engines did not answer: bing images "):
        await source.search(text("unicorn"), None)
    with pytest.raises(error):
        await source.check()


async def test_engines_that_fall_silent_later_end_the_search_with_a_note(
    server: SearxngServer, source: SearxngSource
) -> None:
    first = await source.search(text("fox"), None)
    server.silent, server.results = [["bing images", "timeout"]], []
    page = await source.search(text("fox"), first.next_cursor)
    assert (page.candidates, page.next_cursor) == ((), None)
    assert page.notes == ("engines that did not answer: bing images (timeout).",)


async def test_addresses_are_made_whole(server: SearxngServer, source: SearxngSource) -> None:
    given = {
        "https://a.example/1.jpg": "https://a.example/1.jpg",
        "//a.example/2.jpg": "https://a.example/2.jpg",
        "/pictures/3.jpg": f"{server.url}/pictures/3.jpg",
        "/image_proxy?url=https%3A%2F%2Fa.example%2F4.jpg%3Fw%3D1&h=abc": "https://a.example/4.jpg?w=1",
        "/image_proxy?h=abc": None,
        "data:image/png;base64,AAAA": None,
        "ftp://a.example/5.jpg": None,
        "https://[oh": None,
        "//": None,
        "//[oh": None,
        "": None,
    }
    server.results = [dict(result(0), img_src=src) for src in given]
    page = await source.search(text("fox"), None)
    assert [candidate.image_url for candidate in page.candidates] == list(filter(None, given.values()))
    assert page.skipped == 7


async def test_a_picture_that_two_engines_found_comes_once(
    server: SearxngServer, source: SearxngSource
) -> None:
    server.results = [
        result(1) | {"engines": ["google images"]},
        result(1)
        | {"img_src": "https://IMG.foxes.example:443/1.jpg#top", "engines": None, "engine": "flickr"},
        result(2) | {"engines": [], "engine": None},
    ]
    page = await source.search(text("fox"), None)
    assert [one.source_id for one in page.candidates] == ["google images, flickr", None]
    assert page.skipped == 1


async def test_thumbnails_are_never_taken_for_the_picture(
    server: SearxngServer, source: SearxngSource
) -> None:
    server.results = [result(1), result(2) | {"img_src": None}, result(3) | {"img_src": ""}]
    page = await source.search(text("fox"), None)
    assert ([one.title for one in page.candidates], page.skipped) == (["Fox 1"], 2)


async def test_malformed_results_are_skipped_and_counted(
    server: SearxngServer, source: SearxngSource
) -> None:
    bad = [dict(result(1), img_src=7), dict(result(2), engines="bing"), dict(result(3), title=["a"])]
    body = msgspec.json.encode({"results": [*bad, None, "fox", 7, result(4)], "unresponsive_engines": []})
    server.faults.append(Fault(body=body.decode()))
    page = await source.search(text("fox"), None)
    assert ([one.title for one in page.candidates], page.skipped) == (["Fox 2", None, "Fox 4"], 4)


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("1024 x 683", (1024, 683)),
        ("1024x683", (1024, 683)),
        ("1024 × 683 px", (1024, 683)),
        ("0 x 0", (None, None)),
        ("large", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
async def test_sizes_are_read_out_of_texts(
    server: SearxngServer, source: SearxngSource, said: str | None, size: tuple[int | None, int | None]
) -> None:
    server.results = [dict(result(1), resolution=said)]
    [one] = (await source.search(text("fox"), None)).candidates
    assert (one.width, one.height) == size


async def test_results_without_any_picture_are_a_changed_shape(
    server: SearxngServer, source: SearxngSource
) -> None:
    server.results = [{"title": "Fox", "url": "https://a.example/", "image": "https://a.example/1.jpg"}]
    with pytest.raises(SourceChangedShape, match="no result has an `img_src`"):
        await source.search(text("fox"), None)


async def test_the_probe_counts_cats_and_names_silent_engines(
    server: SearxngServer, source: SearxngSource
) -> None:
    server.results[0]["title"] = "Cat"
    server.silent = [["bing images", "timeout"]]
    assert await source.check() == (
        "SearXNG answers: 1 results for “cat”, but not from bing images (timeout)."
    )
    server.results, server.silent = [], []
    with pytest.raises(SourceChangedShape, match="is any engine of the category images switched on"):
        await source.check()
