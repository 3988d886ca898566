from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.robots import Objection
from pixcrawler.adapters.sources.duckduckgo import DuckDuckGoSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceChangedShape
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch
from pixcrawler.domain.shared.reasons import Reason
from tests.integration.sources.client import USER_AGENT, api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.duckduckgo import ANOMALY, DuckDuckGoServer, result


class TestDuckDuckGo(SourceScenarios):
    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(DuckDuckGoServer(count=count))
        server.results = [one | {"title": f"{one['title']} and cat"} for one in server.results]
        client = await stack.enter_async_context(api_client(server.port))
        source = DuckDuckGoSource(client, base_url=server.url)
        return Scene(source, server, text("fox"), text("unicorn"))


@pytest.fixture
async def server() -> AsyncIterator[DuckDuckGoServer]:
    async with DuckDuckGoServer() as running:
        yield running


@pytest.fixture
async def client(server: DuckDuckGoServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: DuckDuckGoServer, client: ApiClient) -> DuckDuckGoSource:
    return DuckDuckGoSource(client, base_url=f"{server.url}/")


def answer(*results: object, **more: object) -> Fault:
    return Fault(body=msgspec.json.encode({"results": results, **more}).decode())


async def test_a_result_becomes_a_candidate_with_its_provenance(source: DuckDuckGoSource) -> None:
    page = await source.search(text("fox"), None)
    assert page.candidates[7] == Candidate(
        image_url="https://img.foxes.example/7.jpg",
        source="duckduckgo",
        page_url="https://foxes.example/7",
        title="Fox 7",
        license="unknown",
        width=1024,
        height=683,
    )


async def test_one_token_serves_all_pages_of_a_query(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    pages = await walk(source, text("fox"))
    assert [len(page.candidates) for page in pages] == [100, 100, 10]
    assert [asked.get("s") for asked in server.requests] == [None, "0", "100", "200"]
    assert {headers["user-agent"] for headers in server.headers} == {USER_AGENT}
    assert not any("cookie" in headers for headers in server.headers)


async def test_each_query_has_a_token_of_its_own(server: DuckDuckGoServer, source: DuckDuckGoSource) -> None:
    for words in ("fox 1", "fox 2", "fox 1"):
        await source.search(text(words), None)
    assert ["vqd" in asked for asked in server.requests] == [False, True, False, True, True]


async def test_a_token_that_is_too_old_is_renewed(server: DuckDuckGoServer, source: DuckDuckGoSource) -> None:
    first = await source.search(text("fox"), None)
    server.age()
    second = await source.search(text("fox"), first.next_cursor)
    assert found([second])[0] == "https://img.foxes.example/100.jpg"
    assert ["vqd" in asked for asked in server.requests] == [False, True, True, False, True]


async def test_a_token_is_renewed_once_and_no_more(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    first = await source.search(text("fox"), None)
    asked = len(server.requests)
    token = Fault(body='vqd="4-123456789"', content_type="text/html")
    server.faults.extend([Fault(status=403), token, Fault(status=403), token, Fault(status=403)])
    with pytest.raises(SourceBlocked, match=r"no more requests of this client for now \(403\)") as caught:
        await source.search(text("fox"), first.next_cursor)
    assert (type(caught.value), len(server.requests) - asked) == (SourceBlocked, 3)


@pytest.mark.parametrize("page", ['vqd="4-12345678-9"', "&vqd=4-12345678-9&kl=wt", "vqd='4-12345678-9'"])
async def test_tokens_are_found_however_they_are_written(
    server: DuckDuckGoServer, source: DuckDuckGoSource, page: str
) -> None:
    server.faults.extend([Fault(body=f"<html>{page}", content_type="text/html"), answer(result(1))])
    await source.search(text("fox"), None)
    assert server.requests[1]["vqd"] == "4-12345678-9"


@pytest.mark.parametrize("status", [202, 403, 418])
@pytest.mark.parametrize("calls_before", [0, 1])
async def test_its_ways_of_turning_robots_away_are_known(
    server: DuckDuckGoServer, source: DuckDuckGoSource, status: int, calls_before: int
) -> None:
    if calls_before:
        server.faults.append(Fault(body='vqd="4-123456789"', content_type="text/html"))
    server.faults.extend([Fault(status=status, body=ANOMALY, content_type="text/html")] * 3)
    with pytest.raises(SourceBlocked, match="SOURCE_DUCKDUCKGO_INTERVAL"):
        await source.search(text("fox"), None)


@pytest.mark.parametrize("calls_before", [0, 1])
async def test_a_captcha_of_status_200_is_told_from_a_changed_page(
    server: DuckDuckGoServer, source: DuckDuckGoSource, calls_before: int
) -> None:
    token = [Fault(body='vqd="4-123456789"', content_type="text/html")] * calls_before
    server.faults.extend([*token, Fault(body=ANOMALY, content_type="text/html")])
    with pytest.raises(SourceBlocked, match="a captcha"):
        await source.search(text("fox"), None)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(body="<html>hello</html>"), "not JSON"),
        (Fault(body='{"next": null}'), "`results`"),
        (Fault(body='{"results": {}}'), "array"),
        (Fault(body="[]"), "object"),
        (answer({"img": "https://a.example/1.jpg"}), "no result names its `image`"),
    ],
)
async def test_json_of_another_form_is_a_changed_shape(
    server: DuckDuckGoServer, source: DuckDuckGoSource, fault: Fault, words: str
) -> None:
    server.faults.extend([Fault(body='vqd="4-123456789"', content_type="text/html"), fault])
    with pytest.raises(SourceChangedShape, match=words):
        await source.search(text("fox"), None)


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {"l": "wt-wt", "p": "1", "f": ",,,,,"}),
        ({"safe_search": SafeSearch.STRICT}, {"l": "wt-wt", "p": "1", "f": ",,,,,"}),
        ({"safe_search": SafeSearch.OFF}, {"l": "wt-wt", "p": "-1", "f": ",,,,,"}),
        ({"min_size": (800, 600)}, {"l": "wt-wt", "p": "1", "f": ",size:Large,,,,"}),
        ({"min_size": (800, 499)}, {"l": "wt-wt", "p": "1", "f": ",,,,,"}),
        ({"image_type": ImageType.LINE_ART}, {"l": "wt-wt", "p": "1", "f": ",,,type:line,,"}),
        ({"color": Color.TEAL}, {"l": "wt-wt", "p": "1", "f": ",,color:Teal,,,"}),
        ({"color": Color.MONOCHROME}, {"l": "wt-wt", "p": "1", "f": ",,color:Monochrome,,,"}),
        ({"color": Color.COLOR}, {"l": "wt-wt", "p": "1", "f": ",,color:color,,,"}),
        ({"language": "de"}, {"l": "de-de", "p": "1", "f": ",,,,,"}),
        ({"language": "ja"}, {"l": "jp-jp", "p": "1", "f": ",,,,,"}),
        ({"language": "eo"}, {"l": "wt-wt", "p": "1", "f": ",,,,,"}),
    ],
)
async def test_filters_are_put_in_duckduckgos_words(
    server: DuckDuckGoServer, source: DuckDuckGoSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(text("fox", **filters), None)
    asked = {name: value for name, value in server.requests[1].items() if name != "vqd"}
    assert asked == {"call": "i.js", "o": "json", "q": "fox", "s": "0"} | sent


@pytest.mark.parametrize(("language", "notes"), [("de", 0), (None, 0), ("eo", 1)])
async def test_a_language_without_a_region_is_told(
    source: DuckDuckGoSource, language: str | None, notes: int
) -> None:
    first = await source.search(text("fox", language=language), None)
    later = await source.search(text("fox", language=language), first.next_cursor)
    assert (len(first.notes), len(later.notes)) == (notes, 0)


async def test_a_licence_policy_is_met_by_nothing_and_that_is_said(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    page = await source.search(text("fox", license=("public-domain",)), None)
    assert (page.candidates, page.next_cursor, server.requests) == ((), None, [])
    assert "DuckDuckGo tells no licences" in page.notes[0]


async def test_malformed_results_are_skipped_and_counted(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    bad = [7, None, {}, {"image": 7}, {"image": "/relative.jpg"}, result(1) | {"image": None}]
    odd = result(3) | {"width": "640", "height": 0, "title": "", "url": "javascript:x"}
    await source._ask("fox", 0, text("fox").filters)  # the token, so that the fault is the answer
    server.faults.append(answer(*bad, result(2), odd))
    page = await source.search(text("fox"), None)
    assert ([one.title for one in page.candidates], page.skipped) == (["Fox 2", None], 6)
    one = page.candidates[1]
    assert (one.width, one.height, one.page_url) == (640, None, None)


@pytest.mark.parametrize(
    "next_",
    ["i.js?s=0&q=fox", "i.js?q=fox", "i.js?s=-5", "i.js?s=1000", f"i.js?s={'9' * 5_000}", "https://[", None],
)
async def test_an_address_that_leads_nowhere_new_is_the_end(
    server: DuckDuckGoServer, source: DuckDuckGoSource, next_: str | None
) -> None:
    server.faults.extend(
        [Fault(body='vqd="4-123456789"', content_type="text/html"), answer(result(1), next=next_)]
    )
    assert (await source.search(text("fox"), None)).next_cursor is None


async def test_a_page_that_comes_again_ends_the_search(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    token = Fault(body='vqd="4-123456789"', content_type="text/html")
    again = [answer(result(1), result(2), next=f"i.js?s={number}") for number in (100, 200, 300)]
    server.faults.extend([token, *again])
    assert [len(page.candidates) for page in await walk(source, text("fox"))] == [2, 0]


async def test_a_picture_comes_once_from_a_page(server: DuckDuckGoServer, source: DuckDuckGoSource) -> None:
    server.results = [result(1), result(1) | {"title": "Another fox"}, result(2)]
    page = await source.search(text("fox"), None)
    assert ([one.title for one in page.candidates], page.skipped) == (["Fox 1", "Fox 2"], 1)


async def test_there_are_a_thousand_and_no_more(server: DuckDuckGoServer, source: DuckDuckGoSource) -> None:
    server.results = [result(number) for number in range(1_500)]
    assert len(found(await walk(source, text("fox")))) == 1_000


async def test_a_long_query_is_cut_to_what_duckduckgo_takes(
    server: DuckDuckGoServer, source: DuckDuckGoSource
) -> None:
    await source.search(text("x" * 600), None)
    assert {len(asked["q"]) for asked in server.requests} == {499}


async def test_robots_txt_is_obeyed_where_it_is_asked(server: DuckDuckGoServer, client: ApiClient) -> None:
    asked: list[str] = []

    async def robots(url: str) -> Objection | None:
        asked.append(url)
        return Objection(Reason.ROBOTS, "robots.txt line 6: Disallow: /*?")

    source = DuckDuckGoSource(client, base_url=server.url, robots=robots)
    with pytest.raises(SourceBlocked, match="SOURCE_DUCKDUCKGO_RESPECT_ROBOTS=false"):
        await source.search(text("fox"), None)
    assert (server.requests, asked) == ([], [f"{server.url}/?q=fox&iax=images&ia=images"])


async def test_the_probe_counts_cats(server: DuckDuckGoServer, source: DuckDuckGoSource) -> None:
    server.results[0]["title"] = "Cat"
    assert await source.check() == "DuckDuckGo answers: 1 results for “cat” on its first page."
    server.results.clear()
    with pytest.raises(SourceChangedShape, match="nothing for “cat”"):
        await source.check()
