"""Pages of Bing's that hold no results: captchas, nothing found, something new, something hostile."""

from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.sources.bing import BingSource
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceChangedShape
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import text
from tests.servers.api import Fault
from tests.servers.bing import CHALLENGE, NOTHING, REDESIGNED, BingServer, listing


class WholeBing(BingServer):
    """Answers whatever the path."""

    path = "/{name:.*}"


@pytest.fixture
async def server() -> AsyncIterator[BingServer]:
    async with WholeBing() as running:
        yield running


@pytest.fixture
async def source(server: BingServer) -> AsyncIterator[BingSource]:
    async with api_client(server.port) as client:
        yield BingSource(client, base_url=server.url)


CAPTCHA_FORM = '<form action="/turing/captcha/verify"><input name="a"></form>'
TURNSTILE = '<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'


@pytest.mark.parametrize("body", [CHALLENGE, CAPTCHA_FORM, TURNSTILE], ids=["page", "form", "turnstile"])
async def test_a_captcha_is_told_from_an_empty_page(
    server: BingServer, source: BingSource, body: str
) -> None:
    server.faults.append(Fault(body=body, content_type="text/html"))
    with pytest.raises(SourceBlocked, match="a captcha"):
        await source.search(text("red"), None)


async def test_being_sent_to_the_captcha_is_being_blocked(server: BingServer, source: BingSource) -> None:
    away = Fault(status=302, headers={"Location": "/turing/captcha/challenge?id=7"})
    server.faults.extend([away, Fault(body="<p>Are you there?", content_type="text/html")])
    with pytest.raises(SourceBlocked, match="a captcha"):
        await source.search(text("red"), None)


@pytest.mark.parametrize("body", [NOTHING, listing([])], ids=["words", "an empty frame"])
async def test_nothing_found_is_told_from_a_page_that_is_new(
    server: BingServer, source: BingSource, body: str
) -> None:
    server.faults.append(Fault(body=body, content_type="text/html"))
    page = await source.search(text("red"), None)
    assert (page.candidates, page.next_cursor, page.skipped) == ((), None, 0)
    server.faults.append(Fault(body=REDESIGNED, content_type="text/html"))
    with pytest.raises(SourceChangedShape, match="neither results nor a word that there are none"):
        await source.search(text("red"), None)


async def test_results_that_all_lack_their_picture_are_a_changed_shape(
    server: BingServer, source: BingSource
) -> None:
    server.faults.append(
        Fault(body=listing([{"imgurl": "https://a.example/1.jpg"}]), content_type="text/html")
    )
    with pytest.raises(SourceChangedShape, match="murl"):
        await source.search(text("red"), None)


async def test_a_blank_page_behind_the_first_is_the_end(server: BingServer, source: BingSource) -> None:
    first = await source.search(text("red"), None)
    server.faults.append(Fault(body=" \n", content_type="text/html"))
    assert (await source.search(text("red"), first.next_cursor)).next_cursor is None


@pytest.mark.parametrize(
    "body",
    [
        '<a class="iusc" m=\'{"murl": ' + "[" * 100_000 + "'>",
        '<a class="iusc" m=\'{"murl": "https://a.example/1.jpg", "x": ' + "[" * 100_000 + "'>",
        "<div>" * 20_000 + "<a class=iusc m='{}'>",
        '<a class="iusc" m="{}">' * 20_000,
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a class="iusc" m="&b;">',
    ],
    ids=["deep", "deep beside", "nested", "many", "entities"],
)
async def test_hostile_pages_are_a_changed_shape(server: BingServer, source: BingSource, body: str) -> None:
    server.faults.append(Fault(body=body, content_type="text/html"))
    with pytest.raises(SourceChangedShape):
        await source.search(text("red"), None)
