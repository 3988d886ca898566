"""A request that is cancelled ends as cancelled, at whatever step it was, and leaves no file behind."""

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.chat_client import ChatClient
from pixcrawler.adapters.fetching.trust import trusted
from pixcrawler.application.ports.fetcher import Fetched
from tests.cancelling import lost_cancels
from tests.fakes.bodies import Bodies
from tests.integration.fetching.conftest import AGENT, OpenFetcher
from tests.integration.fetching.site import Site, answer, guard_for

BODY = bytes(100_000)
STEPS = 100
SAID = b'{"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}'


@pytest.mark.parametrize("robots", [False, True], ids=["at once", "after robots.txt"])
async def test_of_a_file(site: Site, open_fetcher: OpenFetcher, bodies: Bodies, robots: bool) -> None:
    url = site.says("/a.jpg", answer(200, BODY, "Content-Type: image/jpeg"))

    async def fetch() -> None:
        fetcher = open_fetcher(respect_robots=robots)
        try:
            got = await fetcher.fetch(url)
            assert isinstance(got, Fetched)
            got.body.discard()
        finally:
            await fetcher.aclose()

    assert await lost_cancels(fetch, steps=STEPS) == []
    assert bodies.left == []


async def test_of_a_search(site: Site) -> None:
    url = site.says("/x", answer(200, b"[1]"))
    client = ApiClient(guard=guard_for(site), user_agent=AGENT, timeout=5.0)
    assert await lost_cancels(lambda: client.get_json(url, {}), steps=STEPS) == []
    await client.aclose()


async def test_of_a_model(site: Site) -> None:
    site.says("/v1/chat/completions", answer(200, SAID))
    asked = ChatClient(base_url=f"{site.url}/v1", model="m", api_key=None, timeout=5.0, tls=trusted())
    async with asked as client:
        assert await lost_cancels(lambda: client.ask([], name="x", schema={}), steps=STEPS) == []
