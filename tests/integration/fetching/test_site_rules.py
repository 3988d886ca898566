"""robots.txt as sources ask for it that read pages by their own client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.site_rules import SiteRules
from pixcrawler.domain.shared.reasons import Reason
from tests.networks import allowed_network
from tests.servers.api import Fault
from tests.servers.bing import BingServer

DUCKDUCKGO = "User-agent: *\nDisallow: /lite\nDisallow: /html\n\n# No search result pages\nDisallow: /*?\n"


class RobotsServer(BingServer):
    path = "/robots.txt"


@asynccontextmanager
async def rules(port: int) -> AsyncIterator[SiteRules]:
    guard = AddressGuard(allowed=[allowed_network(f"127.0.0.1/32:{port}")])
    once = Repeats(attempts=1)
    opened = SiteRules(guard=guard, user_agent="pixcrawler-tests/0", pace=HostPace(), repeats=once)
    try:
        yield opened
    finally:
        await opened.aclose()


@pytest.mark.parametrize(
    ("status", "body", "path", "objection"),
    [
        (200, DUCKDUCKGO, "/?q=fox&iax=images", (Reason.ROBOTS, "robots.txt line 6: Disallow: /*?")),
        (200, DUCKDUCKGO, "/i.js?o=json", (Reason.ROBOTS, "robots.txt line 6: Disallow: /*?")),
        (200, DUCKDUCKGO, "/about", None),
        (404, "", "/i.js?o=json", None),
        (500, "oh", "/i.js?o=json", (Reason.HTTP_5XX, "robots.txt: http_5xx, status 500")),
    ],
)
async def test_what_robots_txt_has_against_an_address(
    status: int, body: str, path: str, objection: tuple[Reason, str] | None
) -> None:
    async with RobotsServer() as server, rules(server.port) as asked:
        server.faults.append(Fault(status=status, body=body, content_type="text/plain"))
        assert await asked.objection(f"{server.url}{path}") == objection
        assert len(server.requests) == 1


async def test_an_address_that_is_no_address_is_objected_to() -> None:
    async with rules(1) as asked:
        objection = await asked.objection("http://[::1/")
    assert objection is not None
    assert objection.reason is not Reason.ROBOTS
