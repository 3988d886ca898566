from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, ClassVar

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.robots import Objection
from pixcrawler.adapters.sources.bing import BingSource
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceChangedShape, SourceUnreachable
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch
from pixcrawler.domain.shared.reasons import Reason
from tests.integration.sources.client import USER_AGENT, api_client
from tests.integration.sources.scenarios import Scene, SourceScenarios, found, text, walk
from tests.servers.api import Fault
from tests.servers.bing import REDESIGNED, BingServer, item, listing, work


class TestBing(SourceScenarios):
    malformed: ClassVar[tuple[str, ...]] = (
        *SourceScenarios.malformed,
        REDESIGNED,
        "\x00",
        "<",
        "<html></html>",
    )

    async def scene(self, stack: AsyncExitStack, count: int) -> Scene:
        server = await stack.enter_async_context(BingServer(count=count))
        server.works = [one | {"t": f"{one['t']} and cat"} for one in server.works]
        client = await stack.enter_async_context(api_client(server.port))
        source = BingSource(client, base_url=server.url)
        return Scene(source, server, text("red"), text("unicorn"))


@pytest.fixture
async def server() -> AsyncIterator[BingServer]:
    async with BingServer() as running:
        yield running


@pytest.fixture
async def client(server: BingServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: BingServer, client: ApiClient) -> BingSource:
    return BingSource(client, base_url=f"{server.url}/")


def page_of(*works: dict[str, Any]) -> Fault:
    return Fault(body=listing(list(works)), content_type="text/html")


async def test_a_result_becomes_a_candidate_with_its_provenance(source: BingSource) -> None:
    page = await source.search(text("red"), None)
    assert page.candidates[3] == Candidate(
        image_url="https://img.foxes.example/3.jpg?size=full&n=3",
        source="bing",
        source_id=f"{3:040X}",
        page_url="https://foxes.example/3",
        title="Red Fox 3",
        license="unknown",
        width=1024,
        height=683,
    )


async def test_pages_begin_where_the_last_one_ended(server: BingServer, source: BingSource) -> None:
    pages = await walk(source, text("red"))
    assert [len(page.candidates) for page in pages] == [35, 35, 35, 5, 0]
    assert [asked["first"] for asked in server.requests] == ["1", "36", "71", "106", "111"]


async def test_there_are_a_thousand_and_no_more(server: BingServer, source: BingSource) -> None:
    server.works = [work(number) for number in range(2_000)]
    assert len(found(await walk(source, text("red")))) == 1_000
    assert server.requests[-1]["first"] == "981"


async def test_a_page_that_is_longer_than_asked_for_is_read_in_two(
    server: BingServer, source: BingSource
) -> None:
    server.faults.append(page_of(*server.works[:60]))
    first = await source.search(text("red"), None)
    second = await source.search(text("red"), first.next_cursor)
    assert found([first, second]) == [one["murl"] for one in server.works[:70]]


@pytest.mark.parametrize(
    ("filters", "sent"),
    [
        ({}, {"adlt": "moderate"}),
        ({"safe_search": SafeSearch.OFF}, {"adlt": "off"}),
        ({"safe_search": SafeSearch.STRICT}, {"adlt": "strict"}),
        ({"min_size": (800, 600)}, {"adlt": "moderate", "qft": "+filterui:imagesize-custom_800_600"}),
        ({"image_type": ImageType.PHOTO}, {"adlt": "moderate", "qft": "+filterui:photo-photo"}),
        ({"image_type": ImageType.LINE_ART}, {"adlt": "moderate", "qft": "+filterui:photo-linedrawing"}),
        ({"color": Color.TEAL}, {"adlt": "moderate", "qft": "+filterui:color2-FGcls_TEAL"}),
        ({"color": Color.MONOCHROME}, {"adlt": "moderate", "qft": "+filterui:color2-bw"}),
        (
            {"min_size": (9, 9), "image_type": ImageType.ANIMATED, "color": Color.COLOR},
            {
                "adlt": "moderate",
                "qft": "+filterui:imagesize-custom_9_9+filterui:photo-animatedgif+filterui:color2-color",
            },
        ),
        ({"language": "de"}, {"adlt": "moderate", "setlang": "de", "mkt": "de-DE"}),
        ({"language": "eo"}, {"adlt": "moderate", "setlang": "eo"}),
    ],
)
async def test_filters_are_put_in_bings_words(
    server: BingServer, source: BingSource, filters: dict[str, Any], sent: dict[str, str]
) -> None:
    await source.search(text("red", **filters), None)
    asked = {"q": "red", "async": "1", "mmasync": "1", "first": "1", "count": "35"}
    assert server.requests == [asked | sent]


async def test_it_says_who_it_is_and_keeps_no_cookies(server: BingServer, source: BingSource) -> None:
    server.faults.append(
        Fault(
            body=listing(server.works[:35]),
            headers={"Set-Cookie": "MUID=1; Path=/"},
            content_type="text/html",
        )
    )
    await walk(source, text("red"))
    assert {headers["user-agent"] for headers in server.headers} == {USER_AGENT}
    assert not any("cookie" in headers for headers in server.headers)


async def test_a_licence_policy_is_met_by_nothing_and_that_is_said(
    server: BingServer, source: BingSource
) -> None:
    page = await source.search(text("red", license=("commercial",)), None)
    assert (page.candidates, page.next_cursor, server.requests) == ((), None, [])
    assert "Bing tells no licences" in page.notes[0]


@pytest.mark.parametrize(
    ("size", "href", "expected"),
    [
        ("1920 x 1080 · jpeg", "", (1920, 1080)),
        ("1920 × 1080 · png", "", (1920, 1080)),
        ("1920×1080", "/images/search?expw=7&exph=7", (1920, 1080)),
        ("", "/images/search?view=detailV2&expw=640&exph=480&mediaurl=x", (640, 480)),
        ("jpeg", "/images/search?expw=640", (None, None)),
        ("", "https://[", (None, None)),
    ],
)
async def test_sizes_are_read_below_the_picture_or_in_its_link(
    server: BingServer,
    source: BingSource,
    size: str,
    href: str,
    expected: tuple[int | None, int | None],
) -> None:
    server.faults.append(page_of(work(0) | {"size": size, "href": href}, work(1) | {"size": "1 x 2"}))
    one = (await source.search(text("red"), None)).candidates[0]
    assert (one.width, one.height) == expected


async def test_malformed_results_are_skipped_and_counted(server: BingServer, source: BingSource) -> None:
    bad: list[dict[str, Any]] = [
        {"m": "{"},
        {"m": ""},
        {"m": "[]"},
        {"turl": "https://tse1.mm.bing.net/th?id=1"},
        {"murl": 7},
        {"murl": "data:image/png;base64,AAAA"},
        {"murl": "/relative.jpg"},
    ]
    server.faults.append(page_of(*bad, work(1), {"murl": "https://a.example/ü.jpg", "purl": "javascript:x"}))
    page = await source.search(text("red"), None)
    assert found([page]) == [work(1)["murl"], "https://a.example/ü.jpg"]
    assert (page.skipped, page.candidates[1].page_url) == (7, None)


async def test_a_result_without_a_size_is_not_given_its_neighbours(
    server: BingServer, source: BingSource
) -> None:
    bare = (
        '<li><div class="imgpt"><a class="iusc" m="{&quot;murl&quot;:&quot;https://a.example/1.jpg&quot;}">'
    )
    body = f'<ul class="dgControl_list">{bare}</a></div></li>{item(work(1))}</ul>'
    server.faults.append(Fault(body=body, content_type="text/html"))
    page = await source.search(text("red"), None)
    assert [(one.width, one.height) for one in page.candidates] == [(None, None), (1024, 683)]


async def test_a_picture_comes_once_from_a_page(server: BingServer, source: BingSource) -> None:
    again = work(1) | {"t": "Another title", "murl": work(1)["murl"].replace("https://img", "https://IMG")}
    server.faults.append(page_of(work(1), again, work(2)))
    page = await source.search(text("red"), None)
    assert ([one.title for one in page.candidates], page.skipped) == (["Red Fox 1", "Red Fox 2"], 1)


async def test_a_short_page_is_not_taken_for_the_last(server: BingServer, source: BingSource) -> None:
    server.faults.append(page_of(*server.works[:20]))
    urls = found(await walk(source, text("red")))
    assert list(dict.fromkeys(urls)) == [one["murl"] for one in server.works]


@pytest.mark.parametrize(
    ("objection", "error", "words"),
    [
        (
            Objection(Reason.ROBOTS, "robots.txt line 7: Disallow: /images/async"),
            SourceBlocked,
            r"line 7: Disallow: /images/async\), and PixCrawler obeys.* SOURCE_BING_RESPECT_ROBOTS=false",
        ),
        (Objection(Reason.TIMEOUT, "robots.txt: timeout"), SourceUnreachable, "robots.txt: timeout"),
    ],
)
async def test_robots_txt_is_obeyed_where_it_is_asked(
    server: BingServer, client: ApiClient, objection: Objection, error: type[Exception], words: str
) -> None:
    asked: list[str] = []

    async def robots(url: str) -> Objection | None:
        asked.append(url)
        return objection

    source = BingSource(client, base_url=server.url, robots=robots)
    with pytest.raises(error, match=words):
        await source.search(text("red"), None)
    with pytest.raises(error):
        await source.check()
    assert (server.requests, asked[0].partition("?")[0]) == ([], f"{server.url}/images/async")


async def test_the_probe_counts_cats(server: BingServer, source: BingSource) -> None:
    server.works[0]["t"] = "Cat"
    assert await source.check() == "Bing answers: 1 results for “cat” on its first page."
    server.works.clear()
    with pytest.raises(SourceChangedShape, match="nothing for “cat”"):
        await source.check()
