"""The headers that keep browsers safe, per kind of answer, whole: one that is gone or new shows here."""

import pytest

from tests.api.conftest import Api, OpenApi
from tests.servers.gotrue_project import PROJECT

V1 = "/api/v1"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}
CLOSED = "default-src 'none'; frame-ancestors 'none'"
OURS = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; style-src 'self'"
)
VIEWER = f"{OURS} 'unsafe-inline'; script-src 'self'; worker-src blob:"
HSTS = "max-age=31536000; includeSubDomains"
OPENER = "cross-origin-opener-policy"
WATCHED = {*ALWAYS, OPENER, "content-security-policy", "cache-control", "strict-transport-security", "server"}
KINDS = {
    ("GET", "/health", 200): (CLOSED, "no-store"),
    ("GET", "/schema/openapi.json", 200): (CLOSED, "no-store"),
    ("GET", "/", 200): (OURS, "no-cache"),
    ("GET", "/docs", 200): (VIEWER, "no-cache"),
    ("GET", "/redoc", 200): (VIEWER, "no-cache"),
    ("GET", "/docs/assets/docs.js", 200): (CLOSED, "public, max-age=3600"),
    ("GET", f"{V1}/jobs", 200): (CLOSED, "no-store"),
    ("GET", f"{V1}/jobs/nothing", 404): (CLOSED, "no-store"),
    ("PUT", f"{V1}/jobs", 405): (CLOSED, "no-store"),
    ("OPTIONS", f"{V1}/jobs", 204): (CLOSED, "no-store"),
    ("GET", "/nowhere", 404): (CLOSED, "no-store"),
}


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


@pytest.mark.parametrize(("asked", "wanted"), KINDS.items(), ids=[" ".join(map(str, one)) for one in KINDS])
async def test_each_kind_of_answer_has_exactly_these(
    api: Api, asked: tuple[str, str, int], wanted: tuple[str, str]
) -> None:
    method, path, status = asked
    answer = await api.client.request(method, path)
    assert answer.status_code == status
    found = {name: value for name, value in answer.headers.items() if name in WATCHED}
    policy, cache = wanted
    opener = {OPENER: "same-origin"} if answer.headers.get("content-type", "").startswith("text/html") else {}
    assert found == ALWAYS | opener | {"content-security-policy": policy, "cache-control": cache}


async def test_a_page_elsewhere_may_show_what_it_has_a_signed_link_to(api: Api) -> None:
    answer = await api.stranger.get(f"{V1}/files/x")
    linked = {**ALWAYS, "cross-origin-resource-policy": "cross-origin"}
    assert answer.headers.items() >= linked.items()


async def test_strangers_get_them_too(api: Api) -> None:
    answer = await api.stranger.get(f"{V1}/jobs")
    assert answer.status_code == 401
    assert answer.headers.items() >= ALWAYS.items()


@pytest.mark.parametrize("environment", ["staging", "production"])
async def test_over_https_browsers_are_told_to_stay_with_it(open_for_all: OpenApi, environment: str) -> None:
    api = await open_for_all(PIXCRAWLER_ENVIRONMENT=environment, **PROJECT)
    for path in ("/health", f"{V1}/jobs", "/nowhere"):
        behind = await api.stranger.get(path, headers={"x-forwarded-proto": "https"})
        assert behind.headers["strict-transport-security"] == HSTS
        assert "strict-transport-security" not in (await api.stranger.get(path)).headers
