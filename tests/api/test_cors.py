"""Pages of other origins: every case of the CORS protocol (Fetch standard, section 3.3)."""

import asyncio

import pytest
from litestar import Response, get

from pixcrawler.entrypoints.http.cors import METHODS, SENT
from tests.api.conftest import Api, OpenApi, problem

V1 = "/api/v1"
HERE = "https://app.example.org"
ELSEWHERE = [
    "https://evil.example",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org.evil.example",
    "https://evil.example/?https://app.example.org",
    "https://a.b.evil.example",
    "https://evil.example/.preview.example.org",
    "https://evil.example#.preview.example.org",
    "https://evil.example\\.preview.example.org",
    "https://me@evil.example/.preview.example.org",
    "null",
    "",
    f"https://{'a' * 400}.preview.example.org",
]


@get("/bug")
async def bug() -> Response[str]:
    await asyncio.sleep(0)
    raise RuntimeError


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(bug, API_ALLOWED_ORIGINS=f"{HERE}/, https://*.preview.example.org")


@pytest.fixture(scope="module")
async def open_to_all(open_for_all: OpenApi) -> Api:
    return await open_for_all(API_ALLOWED_ORIGINS="*")


def asked(origin: str, method: str = "POST", headers: str | None = None) -> dict[str, str]:
    given = {"origin": origin, "access-control-request-method": method}
    return given if headers is None else given | {"access-control-request-headers": headers}


@pytest.mark.parametrize("origin", [HERE, "https://a.preview.example.org"])
async def test_a_page_that_is_let_in_reads_answers_and_what_their_headers_say(api: Api, origin: str) -> None:
    answer = await api.client.get(f"{V1}/sources", headers={"origin": origin})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert "origin" in answer.headers["vary"].split(", ")
    shown = set(answer.headers["access-control-expose-headers"].lower().split(", "))
    wanted = "x-request-id retry-after location ratelimit ratelimit-policy content-range accept-ranges etag"
    assert set(wanted.split()) <= shown


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_no_other_page_does(api: Api, origin: str) -> None:
    answer = await api.client.get(f"{V1}/sources", headers={"origin": origin})
    assert answer.status_code == 200  # who asks is known by the key, not by the page
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "origin" in answer.headers["vary"].split(", ")


async def test_without_an_origin_there_is_nothing_to_allow(api: Api) -> None:
    answer = await api.client.get(f"{V1}/sources")
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{V1}/jobs/nothing", 404),
        ("GET", "/nowhere", 404),
        ("PUT", f"{V1}/jobs", 405),
        ("POST", f"{V1}/jobs", 400),
        ("GET", "/test/bug", 500),
        ("GET", "/health?x=%00", 400),
    ],
)
async def test_errors_can_be_read_too(api: Api, method: str, path: str, status: int) -> None:
    answer = await api.client.request(method, path, headers={"origin": HERE}, content=b"{")
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == HERE
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    stranger = await api.stranger.get(f"{V1}/jobs", headers={"origin": HERE})
    assert (stranger.status_code, stranger.headers["access-control-allow-origin"]) == (401, HERE)


@pytest.mark.parametrize("method", METHODS)
async def test_a_preflight_is_answered_without_a_key(api: Api, method: str) -> None:
    wanted = "Authorization, content-type,idempotency-key , X-Request-ID"
    answer = await api.stranger.options(f"{V1}/jobs", headers=asked(HERE, method, wanted))
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["access-control-allow-origin"] == HERE
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    assert set(answer.headers["access-control-allow-headers"].split(", ")) == SENT
    assert answer.headers["access-control-max-age"] == "600"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_a_preflight_of_another_page_is_refused(api: Api, origin: str) -> None:
    answer = await api.stranger.options(f"{V1}/jobs", headers=asked(origin))
    assert problem(answer) == (403, "CORS_REFUSED", None)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("TRACE", None),
        ("CONNECT", None),
        ("post", None),
        ("POST", "x-evil"),
        ("POST", "cookie, authorization"),
    ],
)
async def test_a_preflight_for_what_pages_may_not_send_is_refused(
    api: Api, method: str, headers: str | None
) -> None:
    answer = await api.stranger.options(f"{V1}/jobs", headers=asked(HERE, method, headers))
    assert problem(answer) == (403, "CORS_REFUSED", None)
    assert "access-control-allow-methods" not in answer.headers


async def test_options_that_is_no_preflight_tells_the_methods_of_the_path(api: Api) -> None:
    answer = await api.client.options(f"{V1}/jobs", headers={"origin": HERE})
    assert answer.status_code == 204
    assert {"GET", "POST", "OPTIONS"} == set(answer.headers["allow"].split(", "))


async def test_credentials_are_never_allowed(api: Api, open_to_all: Api) -> None:
    """There are no cookies; and `*` with credentials would let every page in."""
    for one in (api, open_to_all):
        answers = [
            await one.client.get(f"{V1}/sources", headers={"origin": HERE, "cookie": "a=b"}),
            await one.stranger.options(f"{V1}/sources", headers=asked(HERE)),
        ]
        for answer in answers:
            assert "access-control-allow-credentials" not in answer.headers
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["https://anybody.example", "null"])
async def test_all_pages_are_let_in_where_the_settings_say_so(open_to_all: Api, origin: str) -> None:
    answer = await open_to_all.client.get(f"{V1}/sources", headers={"origin": origin})
    preflight = await open_to_all.stranger.options(f"{V1}/sources", headers=asked(origin, "PATCH"))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "origin" not in answer.headers["vary"]
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, "*")
