import asyncio
from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.sources import SOURCES, SourceConfig
from pixcrawler.application.ports.source import LOCAL
from tests.api.conftest import Api, OpenApi, problem
from tests.servers.api import Fault
from tests.servers.openverse import OpenverseServer

PREVIEW = "/api/v1/sources/preview"


@pytest.fixture(scope="module")
async def openverse() -> AsyncIterator[OpenverseServer]:
    async with OpenverseServer() as server:
        yield server


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi, openverse: OpenverseServer) -> Api:
    return await open_for_all(
        SOURCE_OPENVERSE_BASE_URL=openverse.base_url,
        SOURCE_OPENVERSE_INTERVAL="0",
        SOURCE_WIKIMEDIA_ENABLED="false",
        FETCH_ALLOWED_PRIVATE_NETWORKS=f"127.0.0.1:{openverse.port}",
        FETCH_ATTEMPTS="1",
    )


async def test_sources_are_listed_but_those_that_read_the_servers_disk(api: Api) -> None:
    page = (await api.client.get("/api/v1/sources")).json()
    on = {id_: factory.enabled(SourceConfig()) for id_, factory in SOURCES.items() if id_ not in LOCAL}
    assert {one["id"]: one["enabled"] for one in page["items"]} == on | {"wikimedia": False}
    assert (page["total"], page["page"], page["pages"]) == (len(on), 1, 1)


async def test_a_source_tells_its_licences_and_what_it_can_do(api: Api) -> None:
    source = (await api.client.get("/api/v1/sources/openverse")).json()
    assert source["name"] == "Openverse"
    assert "Creative Commons" in source["licenses"]
    assert source["filters"] == ["file_types", "image_type", "license", "min_size", "safe_search"]
    assert source["image_types"] == ["illustration", "photo"]
    assert source["key"] == "optional"


async def test_a_source_that_is_off_still_tells_what_it_is_and_which_key_it_wants(api: Api) -> None:
    source = (await api.client.get("/api/v1/sources/flickr")).json()
    assert (source["enabled"], source["key"], source["name"]) == (False, "missing", "Flickr")
    bing = (await api.client.get("/api/v1/sources/bing")).json()
    assert (bing["enabled"], bing["key"]) == (False, "none")
    assert bing["licenses"].startswith("unknown")


@pytest.mark.parametrize("name", ["folder", "nothing", "..%2f..%2fetc"])
async def test_other_sources_are_not_there(api: Api, name: str) -> None:
    answer = await api.client.get(f"/api/v1/sources/{name}")
    assert problem(answer)[0] == 404


async def test_a_preview_shows_the_first_candidates_and_stores_nothing(api: Api) -> None:
    answer = await api.client.post(PREVIEW, json={"source": "openverse", "keyword": "  fox   0 "})
    assert answer.status_code == 200
    found = answer.json()
    assert found["keyword"] == "fox 0"
    assert 0 < len(found["candidates"]) <= 12
    assert found["usable"] >= len(found["candidates"])
    assert all(one["image_url"].startswith("http") for one in found["candidates"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"source": "folder", "keyword": "a"}, (422, "UNKNOWN_SOURCE", "source")),
        ({"source": "nothing", "keyword": "a"}, (422, "UNKNOWN_SOURCE", "source")),
        ({"source": "url_list", "keyword": "a"}, (422, "INVALID_JOB", "source")),
        ({"source": "wikimedia", "keyword": "a"}, (409, "SOURCE_DISABLED", "sources")),
        ({"source": "openverse", "keyword": " "}, (422, "INVALID", "keyword")),
        ({"source": "openverse", "keyword": "a" * 201}, (422, "INVALID", "keyword")),
        ({"source": "openverse"}, (422, "INVALID_JOB", "keyword")),
        ({"source": "openverse", "keyword": "a", "license": ["free"]}, (422, "INVALID", "license[0]")),
        ({"source": "openverse", "keyword": "a", "min_size": [0, 1]}, (422, "INVALID", "min_size[0]")),
        ({"source": "openverse", "keyword": "a", "input": "/etc/passwd"}, (422, "INVALID", "input")),
    ],
)
async def test_a_wrong_preview_is_refused(
    api: Api, body: dict[str, object], expected: tuple[int, str, str]
) -> None:
    assert problem(await api.client.post(PREVIEW, json=body)) == expected


async def test_a_source_that_is_away_is_503_with_its_own_sentence(
    api: Api, openverse: OpenverseServer
) -> None:
    openverse.faults.append(Fault(status=500))
    answer = await api.client.post(PREVIEW, json={"source": "openverse", "keyword": "fox"})
    assert problem(answer) == (503, "SOURCE_UNREACHABLE", None)
    assert "Openverse" in answer.json()["message"]
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f000001"])
async def test_a_source_leads_a_preview_to_no_address_inside(
    api: Api, openverse: OpenverseServer, host: str
) -> None:
    knocks: list[asyncio.StreamWriter] = []
    inside = await asyncio.start_server(lambda _, writer: knocks.append(writer), "127.0.0.1", 0)
    port = inside.sockets[0].getsockname()[1]
    headers = {"location": f"http://{host}:{port}/v1/images/"}
    openverse.faults.append(Fault(status=302, headers=headers))
    answer = await api.client.post(PREVIEW, json={"source": "openverse", "keyword": "fox"})
    inside.close()
    assert problem(answer)[0] == 503
    assert knocks == []


async def test_how_a_source_answered_last_is_told_without_asking_it(
    api: Api, openverse: OpenverseServer
) -> None:
    wanted = {"source": "openverse", "keyword": "fox"}
    assert (await api.client.post(PREVIEW, json=wanted)).status_code == 200
    openverse.faults.append(Fault(status=403))
    assert (await api.client.post(PREVIEW, json=wanted)).status_code == 503
    asked = len(openverse.requests)
    one = (await api.client.get("/api/v1/sources/openverse")).json()
    assert one["health"]["failure_code"] == "SOURCE_BLOCKED"
    assert one["health"]["last_success"] < one["health"]["last_failure"]
    listed = {row["id"]: row for row in (await api.client.get("/api/v1/sources")).json()["items"]}
    assert listed["openverse"] == one
    assert listed["inaturalist"]["health"] == dict.fromkeys(one["health"])
    assert {listed[name]["health"] for name in ("web", "wikimedia", "url_list")} == {None}
    assert len(openverse.requests) == asked
