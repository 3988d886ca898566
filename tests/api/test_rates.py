"""Limits as clients meet them: headers, 429, and what happens without Redis."""

import asyncio
import re

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from redis.asyncio import Redis

from pixcrawler.domain.identity.rates import Rate
from pixcrawler.entrypoints.http.limits import OPTION
from tests.api.conftest import Api, OpenApi, problem
from tests.api.drawn import DOCUMENT, LITESTAR
from tests.servers.gotrue_project import PROJECT

V1 = "/api/v1"
EXPAND = {"keywords": ["fox"]}
ITEM = re.compile(r'"([a-z]+)";q=(\d+);w=(\d+)')
NOW = re.compile(r'"([a-z]+)";r=(\d+);t=(\d+)')
CHEAP = {
    "/projects",
    "/projects/batch-delete",
    "/datasets",
    "/datasets/{dataset_id}/split",
    "/datasets/{dataset_id}/versions/{number}/cancel",
    "/jobs/{job_id}/stop",
    "/jobs/{job_id}/cancel",
    "/images/batch",
    "/schedules",
    "/storage/presigned-url",
    "/storage/cleanup",
    "/policies/archival",
    "/policies/cleanup",
    "/api-keys",
    "/api-keys/{key_id}/rotate",
    "/users",
    "/auth/signup",
    "/auth/login",
    "/auth/logout",
    "/auth/refresh",
    "/auth/verify-token",
    "/auth/password-reset",
    "/auth/password",
}
"""POSTs that change a few rows. Whatever sets workers to work or asks somebody else is ``COSTLY``."""
BY_ADDRESS = {
    "/auth/signup": Rate.STRANGER,
    "/auth/login": Rate.LOGIN,
    "/auth/refresh": Rate.STRANGER,
    "/auth/password-reset": Rate.STRANGER,
}


def posts() -> dict[str, HTTPRouteHandler]:
    return {
        route.path_format.removeprefix(V1): route.route_handler_map["POST"][0]
        for route in LITESTAR.routes
        if isinstance(route, HTTPRoute) and "POST" in route.route_handler_map
    }


def quotas(text: str) -> dict[str, tuple[int, int]]:
    """Of either header, by name."""
    found = ITEM.findall(text) or NOW.findall(text)
    assert len(found) == len(text.split(", "))
    return {name: (int(one), int(other)) for name, one, other in found}


def test_every_post_that_costs_says_so() -> None:
    costly = {path for path, handler in posts().items() if handler.opt.get(OPTION) is Rate.COSTLY}
    assert posts().keys() - CHEAP == costly


def test_public_posts_are_counted_by_address() -> None:
    public = {path for path, handler in posts().items() if path in BY_ADDRESS}
    assert {path: posts()[path].opt.get(OPTION) for path in public} == {
        path: BY_ADDRESS[path] for path in public
    }


def test_the_document_tells_of_limits_on_every_route_that_has_them() -> None:
    for path, item in DOCUMENT["paths"].items():
        for operation in item.values():
            if operation.get("security"):
                assert "429" in operation["responses"], path
                for answer in operation["responses"].values():
                    assert {"RateLimit", "RateLimit-Policy"} <= answer["headers"].keys()


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(
        LIMITER_ENABLED="true",
        LIMITER_USER_PER_MINUTE="1000",
        LIMITER_WRITES_PER_MINUTE="100",
        LIMITER_COSTLY_PER_MINUTE="3",
        LIMITER_STRANGERS_PER_MINUTE="4",
        LIMITER_LOGINS_PER_MINUTE="3",
        LIMITER_KEY_PER_HOUR="5000",
        API_TRUSTED_PROXIES="127.0.0.1",
        API_ALLOWED_ORIGINS="https://app.example.org",
    )


async def test_every_answer_that_was_counted_says_how_the_limits_stand(api: Api) -> None:
    first = await api.client.get(f"{V1}/sources")
    second = await api.client.get(f"{V1}/sources/nowhere")
    assert quotas(first.headers["ratelimit-policy"]) == {"user": (1000, 60), "key": (5000, 3600)}
    assert second.status_code == 404
    before, after = quotas(first.headers["ratelimit"]), quotas(second.headers["ratelimit"])
    for name, longest in (("user", 62), ("key", 3662)):
        assert after[name][0] == before[name][0] - 1
        assert 0 < after[name][1] <= longest


async def test_what_is_not_limited_says_nothing_of_limits(api: Api) -> None:
    for path in ("/health", "/docs", "/schema/openapi.json"):
        assert "ratelimit" not in (await api.stranger.get(path)).headers


async def test_too_much_is_429_and_the_rest_goes_on(api: Api) -> None:
    path = f"{V1}/keywords/expand"
    answers = [await api.client.post(path, json=EXPAND) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refused = answers[-1]
    assert problem(refused) == (429, "RATE_LIMITED", None)
    assert 0 < int(refused.headers["retry-after"]) <= 62
    assert "'costly'" in refused.json()["message"]
    assert quotas(refused.headers["ratelimit-policy"])["costly"] == (3, 60)
    assert quotas(refused.headers["ratelimit"])["costly"][0] == 0
    user = [quotas(answer.headers["ratelimit"])["user"][0] for answer in answers]
    assert user[2] == user[3] == user[4]  # what is refused counts nowhere
    assert (await api.client.get(f"{V1}/sources")).status_code == 200
    assert (await api.client.post(f"{V1}/storage/presigned-url", json={"key": "x"})).status_code == 404


async def test_nobody_is_let_through_by_many_at_once(api: Api) -> None:
    bob = api.with_key((await api.app.identity.make_superuser("bob")).key)
    async with bob:
        path = f"{V1}/keywords/expand"
        answers = await asyncio.gather(*(bob.post(path, json=EXPAND) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 17


async def test_refusing_needs_no_good_body(api: Api) -> None:
    carl = api.with_key((await api.app.identity.make_superuser("carl")).key)
    async with carl:
        path = f"{V1}/keywords/expand"
        statuses = [(await carl.post(path, content=b"{")).status_code for _ in range(4)]
    assert statuses == [400, 400, 400, 429]


async def test_bad_keys_are_counted_by_address_and_good_ones_are_not(api: Api) -> None:
    mine, other = {"x-forwarded-for": "198.51.100.1"}, {"x-forwarded-for": "198.51.100.2"}
    bad = {"authorization": "Bearer pxc_live_wrong", "x-forwarded-for": "203.0.113.9, 198.51.100.1"}
    told = [
        await api.stranger.get(f"{V1}/jobs", headers=bad),
        await api.stranger.get(f"{V1}/jobs", headers=mine),
        await api.stranger.post(f"{V1}/jobs", headers=mine),
        await api.stranger.get(f"{V1}/datasets", headers=bad),
        await api.stranger.get(f"{V1}/jobs", headers=bad),
    ]
    assert [answer.status_code for answer in told] == [401, 401, 401, 401, 429]
    assert problem(told[-1]) == (429, "RATE_LIMITED", None)
    assert quotas(told[0].headers["ratelimit-policy"]) == {"stranger": (4, 60)}
    assert (await api.stranger.get(f"{V1}/jobs", headers=other)).status_code == 401
    assert (await api.client.get(f"{V1}/jobs", headers=mine)).status_code == 200


async def test_logins_are_counted_by_address_good_ones_too(api: Api) -> None:
    eve = await api.person()
    wrong = {"email": eve.email, "password": "guessed at random"}
    right = {"email": eve.email, "password": eve.password}
    here, there = {"x-forwarded-for": "2001:db8:1::1"}, {"x-forwarded-for": "2001:db8:2::1"}
    neighbour = {"x-forwarded-for": "2001:db8:1::ffff"}
    told = [
        await api.stranger.post(f"{V1}/auth/login", json=body, headers=where)
        for body, where in ((wrong, here), (right, here), (wrong, neighbour), (right, here))
    ]
    assert [answer.status_code for answer in told] == [401, 200, 401, 429]
    assert quotas(told[0].headers["ratelimit-policy"]) == {"login": (3, 60)}
    assert problem(told[-1]) == (429, "RATE_LIMITED", None)
    elsewhere = await api.stranger.post(f"{V1}/auth/login", json=right, headers=there)
    assert elsewhere.status_code == 200
    assert (await eve.client.get(f"{V1}/auth/me", headers=here)).status_code == 200


async def test_a_page_elsewhere_may_read_the_limits(api: Api) -> None:
    page = {"origin": "https://app.example.org"}
    for client, status in ((api.client, 200), (api.stranger, 401)):
        answer = await client.get(f"{V1}/jobs", headers=page | {"x-forwarded-for": "198.51.100.77"})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == page["origin"]
        shown = answer.headers["access-control-expose-headers"].lower().split(", ")
        assert {"ratelimit", "ratelimit-policy", "retry-after", "x-request-id", "location"} <= set(shown)


@pytest.fixture
async def no_redis(open_for_all: OpenApi) -> Api:
    return await open_for_all(
        LIMITER_ENABLED="true", LIMITER_URL="redis://:hush@127.0.0.1:1/0", LIMITER_STRANGERS_PER_MINUTE="2"
    )


async def test_without_redis_development_goes_on(no_redis: Api) -> None:
    for answer in (
        await no_redis.client.get(f"{V1}/sources"),
        await no_redis.client.post(f"{V1}/keywords/expand", json=EXPAND),
    ):
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers
    statuses = [(await no_redis.stranger.get(f"{V1}/jobs")).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]
    report = (await no_redis.stranger.get("/health/detailed")).json()
    assert (report["limiter"], report["redis"], report["status"]) == ({"ok": False}, {"ok": True}, "degraded")


async def test_in_production_what_costs_stops_without_redis_and_reading_goes_on(
    open_for_all: OpenApi,
) -> None:
    api = await open_for_all(
        PIXCRAWLER_ENVIRONMENT="production",
        LIMITER_ENABLED="true",
        LIMITER_URL="redis://:hush@127.0.0.1:1/0",
        **PROJECT,
    )
    assert (await api.client.get(f"{V1}/sources")).status_code == 200
    assert (await api.client.post(f"{V1}/projects", json={"name": "Foxes"})).status_code == 201
    refused = await api.client.post(f"{V1}/keywords/expand", json=EXPAND)
    assert problem(refused) == (503, "LIMITER_AWAY", None)
    assert refused.headers["retry-after"]
    assert "Reading goes on" in refused.json()["message"]
    assert "hush" not in refused.text


async def test_it_counts_in_a_database_of_its_own_and_every_key_expires(
    open_api: OpenApi, redis_url: str, redis_prefix: str
) -> None:
    api = await open_api(LIMITER_ENABLED="true")
    assert "ratelimit" in (await api.client.get(f"{V1}/sources")).headers
    own = Redis.from_url(redis_url.removesuffix("/0") + "/1", decode_responses=True)
    keys = [key async for key in own.scan_iter(f"{redis_prefix}:limit:*", count=10_000)]
    assert sorted(key.split(":")[2] for key in keys) == ["key", "user"]
    for key in keys:
        assert 0 < await own.ttl(key) <= 3720
    await own.aclose()
