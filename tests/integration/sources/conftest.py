"""Sites on loopback, and the source of web pages that may ask them."""

from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.fetching.page_client import PageClient
from pixcrawler.adapters.sources.web import WebSource
from tests.integration.fetching.site import Site, open_site
from tests.integration.sources.pages import page_client


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site() as one:
        yield one


@pytest.fixture
async def other() -> AsyncIterator[Site]:
    async with open_site() as one:
        yield one


@pytest.fixture
async def client(site: Site, other: Site) -> AsyncIterator[PageClient]:
    async with page_client(site, other) as one:
        yield one


@pytest.fixture
def web(client: PageClient) -> WebSource:
    return WebSource(client, max_pages=50, depth=3)
