"""Flickr: its licences go by number, its key stands among the parameters."""

import json
import traceback
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient
from pixcrawler.adapters.sources.factory import SourceConfig
from pixcrawler.adapters.sources.flickr import FACTORY, FlickrSource
from pixcrawler.domain.crawling.errors import SourceError, SourceKeyRefused
from tests.integration.sources.client import api_client
from tests.integration.sources.scenarios import MANY, text
from tests.servers.api import Fault
from tests.servers.flickr import FlickrServer, photos

KEY = "canary0123456789abcdef"
OPEN = "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"


@pytest.fixture
async def server() -> AsyncIterator[FlickrServer]:
    async with FlickrServer(count=4, key=KEY) as running:
        yield running


@pytest.fixture
async def client(server: FlickrServer) -> AsyncIterator[ApiClient]:
    async with api_client(server.port) as opened:
        yield opened


@pytest.fixture
def source(server: FlickrServer, client: ApiClient) -> FlickrSource:
    return FlickrSource(client, base_url=server.base_url, api_key=KEY)


@pytest.mark.parametrize(
    ("number", "license_", "url"),
    [
        ("0", "all-rights-reserved", None),
        ("1", "CC-BY-NC-SA-2.0", "https://creativecommons.org/licenses/by-nc-sa/2.0/"),
        (4, "CC-BY-2.0", "https://creativecommons.org/licenses/by/2.0/"),
        ("7", "no-known-restrictions", "https://www.flickr.com/commons/usage/"),
        ("8", "PD-US", "http://www.usa.gov/copyright.shtml"),
        ("10", "PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
        ("11", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("17", "CC-BY-SA-3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
        ("18", "unknown", "https://a.example/terms"),
        ("99", "unknown", None),
        (None, "unknown", None),
    ],
)
async def test_licences_are_known_by_the_list_that_flickr_gives(
    server: FlickrServer, source: FlickrSource, number: Any, license_: str, url: str | None
) -> None:
    server.licenses["17"] = ("Attribution-ShareAlike 3.0", "https://creativecommons.org/licenses/by-sa/3.0/")
    server.licenses["18"] = ("House rules", "https://a.example/terms")
    await source.search(text("fox"), None)
    server.faults.append(Fault(body=photos(server.photos[0] | {"license": number})))
    candidate = (await source.search(text("fox"), None)).candidates[0]
    assert (candidate.license, candidate.license_url) == (license_, url)


async def test_a_licence_that_is_new_at_flickr_is_asked_for_and_the_list_only_once(
    server: FlickrServer, source: FlickrSource
) -> None:
    server.licenses["17"] = ("Attribution 3.0", "https://creativecommons.org/licenses/by/3.0/")
    server.photos[0]["license"] = "17"
    for _ in range(3):
        assert len((await source.search(text("fox"), None)).candidates) == 4
    assert server.searches[0]["license"] == f"{OPEN},17"
    assert len(server.requests) == 4


async def test_without_the_list_of_licences_the_known_numbers_count(
    server: FlickrServer, source: FlickrSource
) -> None:
    server.faults.append(Fault(body='{"stat": "fail", "code": 112, "message": "Method not found"}'))
    page = await source.search(text("fox"), None)
    assert [candidate.license for candidate in page.candidates] == [
        "CC-BY-2.0", "CC-BY-SA-2.0", "CC0-1.0", "CC-BY-NC-SA-2.0",
    ]  # fmt: skip
    assert page.candidates[0].license_raw == "Flickr licence 4"


async def test_a_wrong_key_is_refused(server: FlickrServer, client: ApiClient) -> None:
    source = FlickrSource(client, base_url=server.base_url, api_key="wrong-key")
    with pytest.raises(SourceKeyRefused, match="Invalid API Key"):
        await source.search(text("fox"), None)
    with pytest.raises(SourceKeyRefused):
        await source.check()


async def test_without_a_key_flickr_is_off_and_not_even_asked(
    server: FlickrServer, client: ApiClient
) -> None:
    assert not FACTORY.enabled(SourceConfig())
    assert FACTORY.enabled(SourceConfig(api_key="any"))
    source = FlickrSource(client, base_url=server.base_url, api_key=None)
    with pytest.raises(SourceKeyRefused, match="set SOURCE_FLICKR_API_KEY"):
        await source.search(text("fox"), None)
    assert server.requests == []


ECHO = f"https://api.flickr.com/?api_key={KEY} is {KEY}"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(body=json.dumps({"stat": "fail", "code": 100, "message": ECHO})),
        Fault(body=json.dumps({"stat": "fail", "code": 105, "message": ECHO})),
        Fault(body=json.dumps({"stat": "fail", "code": 1, "message": ECHO})),
        Fault(body=json.dumps({"stat": "ok", "photos": ECHO})),
        Fault(body=ECHO),
        Fault(status=401, body=ECHO),
        Fault(status=403, body=ECHO),
        Fault(status=429, body=ECHO, headers={"Retry-After": "0"}),
        Fault(status=400, body=f"{'x' * 490}{KEY}"),
        Fault(status=500, body=ECHO),
        Fault(status=302, headers={"Location": f"/services/rest/?api_key={KEY}"}),
    ],
)
async def test_the_key_is_in_no_error_log_or_repr(
    server: FlickrServer, source: FlickrSource, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    server.faults.extend([fault] * MANY)
    with pytest.raises(SourceError) as caught:
        await source.search(text("fox"), None)
    assert server.requests[0]["api_key"] == KEY
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert KEY[:8] not in said + repr(source) + repr(source.info)
