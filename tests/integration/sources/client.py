"""The real API client, allowed to one port of loopback and hurrying."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.fetching.guard import AddressGuard
from tests.networks import allowed_network

USER_AGENT = "pixcrawler-tests/0 (https://example.org/contact)"

TLS = ssl.create_default_context()
"""Of no use here, and made anew for each client it costs more than a test does."""


@asynccontextmanager
async def api_client(port: int) -> AsyncIterator[ApiClient]:
    guard = AddressGuard(allowed=[allowed_network(f"127.0.0.1/32:{port}")])
    client = ApiClient(guard=guard, user_agent=USER_AGENT, timeout=10.0, wait_min=0.0, wait_max=0.0, tls=TLS)
    try:
        yield client
    finally:
        await client.aclose()
