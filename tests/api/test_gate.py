"""What every request passes."""

import asyncio

import msgspec
import pytest
import structlog
from litestar import Response, get

from pixcrawler.entrypoints.http.answers import answered
from tests.api.conftest import Api, OpenApi, problem


@get("/id")
async def tell_id() -> Response[dict[str, str]]:
    await asyncio.sleep(0)
    return answered({"id": structlog.contextvars.get_contextvars()["request_id"]})


@get("/never")
async def never() -> Response[str]:
    await asyncio.Event().wait()
    return answered("")


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(tell_id)


async def test_a_request_keeps_the_id_that_it_came_with(api: Api) -> None:
    answer = await api.client.get("/test/id", headers={"x-request-id": "Mine-1._"})
    assert answer.headers["x-request-id"] == answer.json()["id"] == "Mine-1._"


@pytest.mark.parametrize("wrong", ["", "a b", "é", "x" * 129, "a\tb"])
async def test_an_id_that_could_forge_a_log_line_is_replaced(api: Api, wrong: str) -> None:
    answer = await api.stranger.get("/health", headers={b"x-request-id": wrong.encode("latin-1")})
    assert answer.headers["x-request-id"] not in {"", wrong}


async def test_requests_at_once_have_an_id_each(api: Api) -> None:
    answers = await asyncio.gather(*(api.client.get("/test/id") for _ in range(20)))
    assert all(answer.headers["x-request-id"] == answer.json()["id"] for answer in answers)
    assert len({answer.json()["id"] for answer in answers}) == 20


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/api/v1/sources", "/", "/docs"])
async def test_every_answer_has_the_headers_that_keep_browsers_safe(api: Api, path: str) -> None:
    headers = (await api.stranger.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


async def test_an_answer_of_the_api_is_kept_by_nobody(api: Api) -> None:
    assert (await api.client.get("/api/v1/sources")).headers["cache-control"] == "no-store"


async def test_what_takes_too_long_is_given_up_and_pages_of_other_origins_can_read_that(
    open_for_all: OpenApi,
) -> None:
    origin = "https://app.example.org"
    api = await open_for_all(never, API_REQUEST_TIMEOUT="0.1", API_ALLOWED_ORIGINS=origin)
    first, second = await asyncio.gather(
        api.client.get("/test/never"), api.client.get("/test/never", headers={"origin": origin})
    )
    assert problem(first) == problem(second) == (503, "TOO_SLOW", None)
    assert "retry-after" in first.headers
    assert second.headers["access-control-allow-origin"] == origin
    assert (await api.client.get("/health")).status_code == 200


async def test_only_names_of_this_server_are_served(open_for_all: OpenApi) -> None:
    api = await open_for_all(API_ALLOWED_HOSTS="api.example.org")
    ours = ["127.0.0.1:8000", "[::1]:8000", "localhost", "API.example.org:443", "api.example.org."]
    for host in ours:
        assert (await api.stranger.get("/health", headers={"host": host})).status_code == 200
    for host in ("evil.example", "localhost.evil.example", ""):
        answer = await api.stranger.get("/health", headers={"host": host})
        assert problem(answer) == (400, "UNKNOWN_HOST", None)


async def test_no_page_of_another_origin_is_let_in_unless_the_settings_say_so(api: Api) -> None:
    asked = {"origin": "https://app.example.org", "access-control-request-method": "POST"}
    answer = await api.stranger.options("/api/v1/sources", headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_request_is_one_line_without_anything_secret(api: Api) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
        await api.client.get(
            "/api/v1/sources/openverse?token=hush", headers={"cookie": "hush", "x-request-id": "r1"}
        )
        await api.client.get("/health")
    (line,) = told
    assert line.pop("ms") >= 0
    assert line.pop("actor")
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "request_id": "r1",
        "route": "/api/v1/sources/{source_id}",
        "status": 200,
    }


async def test_nobody_passes_without_a_good_key_and_no_body_is_read(api: Api) -> None:
    answer = await api.stranger.post("/api/v1/sources/preview", content=b"{")
    assert problem(answer) == (401, "AUTHENTICATION_REQUIRED", None)
    assert answer.headers["www-authenticate"] == "Bearer"
    for key in ("pxc_live_wrong", "é", "x" * 300):
        headers = {b"authorization": f"Bearer {key}".encode()}
        assert (await api.stranger.get("/api/v1/sources", headers=headers)).status_code == 401
    other_scheme = {"authorization": f"Basic {api.key}"}
    assert (await api.stranger.get("/api/v1/sources", headers=other_scheme)).status_code == 401


async def test_liveness_says_ok_to_anybody(api: Api) -> None:
    for path in ("/health", "/api/v1/health"):
        answer = await api.stranger.get(path)
        assert msgspec.json.decode(answer.content) == {"status": "ok"}
        assert answer.headers["content-type"] == "application/json"
