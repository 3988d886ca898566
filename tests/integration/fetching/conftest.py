import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import FetchLimits, WebFetcher
from tests.fakes.bodies import Bodies
from tests.integration.fetching.site import Site, guard_for, open_site

AGENT = "PixCrawler/0.1 (+mailto:operator@example.com)"
QUICK = Repeats(attempts=3, wait_min=0.01, wait_max=0.02, longest_pause=2.0)

OpenFetcher = Callable[..., WebFetcher]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as one:
        yield one


@pytest.fixture
async def other_site() -> AsyncIterator[Site]:
    async with open_site() as one:
        yield one


@pytest.fixture
def closed_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def bodies(tmp_path: Path) -> Iterator[Bodies]:
    found = Bodies(tmp_path)
    yield found
    found.close()


@pytest.fixture
async def open_fetcher(site: Site, bodies: Bodies) -> AsyncIterator[OpenFetcher]:
    """A fetcher that may reach ``site`` alone, quick to repeat, unpaced and without robots.txt unless a
    test says otherwise."""
    opened: list[WebFetcher] = []

    def build(**changes: Any) -> WebFetcher:
        settings: dict[str, Any] = {
            "guard": guard_for(site),
            "receive": bodies,
            "user_agent": AGENT,
            "limits": FetchLimits(total=5.0, connect=1.0),
            "repeats": QUICK,
            "pace": HostPace(per_host_rate=float("inf")),
            "respect_robots": False,
        }
        opened.append(WebFetcher(**(settings | changes)))
        return opened[-1]

    yield build
    for fetcher in opened:
        await fetcher.aclose()
