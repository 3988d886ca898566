"""JSON from search APIs."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient, ApiMalformed, ApiRefused, ApiUnreachable
from tests.integration.fetching.conftest import AGENT
from tests.integration.fetching.hostile_bodies import drip, endless, silent
from tests.integration.fetching.site import Site, answer, cut, guard_for, redirect

OpenClient = Callable[..., ApiClient]


@pytest.fixture
async def open_client(site: Site, other_site: Site) -> AsyncIterator[OpenClient]:
    opened: list[ApiClient] = []

    def build(**changes: Any) -> ApiClient:
        settings: dict[str, Any] = {
            "guard": guard_for(site, other_site),
            "user_agent": AGENT,
            "timeout": 2.0,
            "wait_min": 0.01,
            "wait_max": 0.02,
            "longest_pause": 2.0,
        }
        opened.append(ApiClient(**(settings | changes)))
        return opened[-1]

    yield build
    for client in opened:
        await client.aclose()


async def test_an_answer_is_decoded(site: Site, open_client: OpenClient) -> None:
    url = site.says("/v1/images/?a=1&q=red+apple&page=2", answer(200, b'{"results": [1, "\xc3\xa4"]}'))
    client = open_client()
    got = await client.get_json(f"{site.url}/v1/images/?a=1", {"q": "red apple", "page": "2"}, {"X-Key": "k"})
    assert got == {"results": [1, "ä"]}
    assert await client.get_json(url, {}) == got
    headers = site.seen[0].headers
    assert (headers["user-agent"], headers["x-key"]) == (AGENT, "k")
    assert headers["accept-encoding"] == "identity"
    assert site.connections == 1


async def test_no_cookie_is_sent_back(site: Site, open_client: OpenClient) -> None:
    client = open_client()
    url = site.says("/x", answer(200, b"1", "Set-Cookie: a=b; Path=/"))
    for _ in range(2):
        await client.get_json(url, {})
    assert not any("cookie" in one.headers for one in site.seen)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_a_refusal_is_told_with_what_was_said_and_never_repeated(
    status: int, site: Site, open_client: OpenClient
) -> None:
    url = site.says("/x", answer(status, b"no " * 5000))
    with pytest.raises(ApiRefused) as caught:
        await open_client().get_json(url, {})
    assert caught.value.status == status
    assert caught.value.body_start == ("no " * 5000)[:500]
    assert len(site.seen) == 1


async def test_too_many_requests_is_a_refusal_after_the_repeats(site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiRefused) as caught:
        await open_client().get_json(site.says("/x", answer(429, b"slow down")), {})
    assert (caught.value.status, caught.value.body_start) == (429, "slow down")
    assert len(site.seen) == 3


@pytest.mark.parametrize("first", [answer(500), answer(503), answer(429), cut(200, b"[", length=9)])
async def test_a_passing_failure_is_repeated(first: bytes, site: Site, open_client: OpenClient) -> None:
    assert await open_client().get_json(site.says("/x", first, first, answer(200, b"[]")), {}) == []


async def test_a_server_that_keeps_failing_is_unreachable(site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiUnreachable, match="status 500"):
        await open_client().get_json(site.says("/x", answer(500)), {})
    assert len(site.seen) == 3


async def test_retry_after_is_kept_for_all_calls(site: Site, open_client: OpenClient) -> None:
    client = open_client()
    busy = site.says("/x", answer(503, b"", "Retry-After: 1"), answer(200, b"1"))
    free = site.says("/y", answer(200, b"2"))
    assert await client.get_json(busy, {}) == 1
    assert await client.get_json(free, {}) == 2
    assert site.seen[1].at - site.seen[0].at >= 0.99


async def test_a_pause_that_is_too_long_is_not_waited_for(site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiRefused):
        await open_client().get_json(site.says("/x", answer(429, b"", "Retry-After: 3600")), {})
    assert len(site.seen) == 1


async def test_calls_keep_their_interval(site: Site, open_client: OpenClient) -> None:
    client = open_client(interval=0.2)
    url = site.says("/x", answer(200, b"1"))
    await client.get_json(url, {})  # the first pays for the connection
    await asyncio.gather(*(client.get_json(url, {}) for _ in range(4)))
    assert site.seen[-1].at - site.seen[1].at >= 3 * 0.2 - 0.1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{",
        b"[1,]",
        b"\xff",
        b"[" * 100_000,
        b'{"a": NaN}',
        gzip.compress(b"[]", mtime=0),
    ],
)
async def test_what_is_not_json_is_malformed(body: bytes, site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiMalformed):
        await open_client().get_json(site.says("/x", answer(200, body)), {})
    assert len(site.seen) == 1


async def test_a_bad_byte_within_a_text_costs_that_character(site: Site, open_client: OpenClient) -> None:
    body = b'["a\xffb", "c"]'
    assert await open_client().get_json(site.says("/x", answer(200, body)), {}) == ["a\ufffdb", "c"]


async def test_a_byte_order_mark_is_forgiven(site: Site, open_client: OpenClient) -> None:
    assert await open_client().get_json(site.says("/x", answer(200, b"\xef\xbb\xbf[]")), {}) == []


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_an_answer_that_was_compressed_unasked_is_inflated(
    encoding: str, pack: Callable[[bytes], bytes], site: Site, open_client: OpenClient
) -> None:
    url = site.says("/x", answer(200, pack(b"[1]"), f"Content-Encoding: {encoding}"))
    assert await open_client().get_json(url, {}) == [1]


@pytest.mark.parametrize(
    "says",
    [
        answer(200, gzip.compress(b" " * 5_000_000, mtime=0), "Content-Encoding: gzip"),
        answer(200, b"[]", "Content-Encoding: br"),
        answer(200, b"[]", "Content-Encoding: gzip"),
        answer(200, b" " * 1_000_001),
        endless,
    ],
    ids=["bomb", "brotli", "broken gzip", "too large", "endless"],
)
async def test_an_answer_without_bounds_is_malformed(says: Any, site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiMalformed):
        await open_client(largest=1_000_000).get_json(site.says("/x", says), {})


@pytest.mark.parametrize("says", [silent, drip])
async def test_an_answer_that_takes_too_long_is_unreachable(
    says: Any, site: Site, open_client: OpenClient
) -> None:
    with pytest.raises(ApiUnreachable, match="in time"):
        await open_client(timeout=0.2, attempts=2).get_json(site.says("/x", says), {})
    assert len(site.seen) == 2


async def test_a_redirect_is_followed_without_the_key_for_another_server(
    site: Site, other_site: Site, open_client: OpenClient
) -> None:
    client = open_client()
    site.says("/near", redirect("/there"))
    site.says("/there", answer(200, b"1"))
    site.says("/far", redirect(other_site.says("/there", answer(200, b"2"))))
    assert await client.get_json(f"{site.url}/near", {}, {"Authorization": "Bearer k"}) == 1
    assert await client.get_json(f"{site.url}/far", {}, {"Authorization": "Bearer k"}) == 2
    assert site.asked("/there")[0].headers["authorization"] == "Bearer k"
    assert "authorization" not in other_site.seen[0].headers


async def test_a_redirect_loop_is_unreachable(site: Site, open_client: OpenClient) -> None:
    with pytest.raises(ApiUnreachable, match="redirects"):
        await open_client().get_json(site.says("/x", redirect("/x")), {})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost/", "nonsense", "file:///etc/passwd"]
)
async def test_the_guard_applies_to_apis_as_well(url: str, open_client: OpenClient) -> None:
    with pytest.raises(ApiUnreachable):
        await open_client().get_json(url, {})


async def test_a_refused_connection_is_unreachable(open_client: OpenClient, closed_port: int) -> None:
    client = open_client(guard=guard_for(Site(port=closed_port)))
    with pytest.raises(ApiUnreachable):
        await client.get_json(f"http://127.0.0.1:{closed_port}/", {})


async def test_an_answer_of_any_kind_comes_with_its_headers_and_where_it_was_found(
    site: Site, other_site: Site, open_client: OpenClient
) -> None:
    page = answer(200, b"<html>\xff</html>", "Content-Type: text/html; charset=latin-1")
    there = other_site.says("/there", page)
    site.says("/x?q=a", redirect(there))
    got = await open_client().get_bytes(f"{site.url}/x", {"q": "a"}, {"X-Key": "k"})
    assert (got.body, got.url, got.status) == (b"<html>\xff</html>", there, 200)
    assert got.headers["content-type"] == "text/html; charset=latin-1"
    assert site.seen[0].headers["x-key"] == "k"
    assert "x-key" not in other_site.seen[0].headers
    assert {one.headers["accept"].split(",")[0] for one in (*site.seen, *other_site.seen)} == {"text/html"}


async def test_the_kind_of_answer_can_be_named(site: Site, open_client: OpenClient) -> None:
    url = site.says("/x", answer(200, b"<rss/>"))
    await open_client().get_bytes(url, {}, {"accept": "application/rss+xml"})
    assert site.seen[0].headers["accept"] == "application/rss+xml"


async def test_bytes_are_refused_and_bounded_as_json_is(site: Site, open_client: OpenClient) -> None:
    client = open_client(largest=10)
    with pytest.raises(ApiRefused):
        await client.get_bytes(site.says("/no", answer(403, b"no")), {})
    with pytest.raises(ApiMalformed):
        await client.get_bytes(site.says("/large", answer(200, b"x" * 11)), {})


async def test_a_secret_parameter_is_sent_and_seen_nowhere_else(
    site: Site, open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    site.says("/x?q=a&api_key=canary-0123", answer(403, b"no: api_key=canary-0123 is canary-0123"))
    with pytest.raises(ApiRefused) as refused:
        await open_client().get_json(f"{site.url}/x", {"q": "a"}, secrets={"api_key": "canary-0123"})
    assert refused.value.body_start == "no: api_key=*** is ***"
    assert site.seen[0].path == "/x?q=a&api_key=canary-0123"
    assert "canary" not in caplog.text


async def test_a_key_that_a_refusal_repeats_is_masked(site: Site, open_client: OpenClient) -> None:
    url = site.says("/x", answer(403, b'{"token": "canary-0123"}'))
    with pytest.raises(ApiRefused) as refused:
        await open_client().get_json(url, {}, {"Authorization": "Bearer canary-0123"})
    assert refused.value.body_start == '{"token": "***"}'


async def test_a_secret_parameter_follows_redirects_on_its_own_server_only(
    site: Site, other_site: Site, open_client: OpenClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    secrets = {"api_key": "canary-0123"}
    site.says("/near?api_key=canary-0123", redirect("/here?api_key=canary-0123&a=1"))
    site.says("/here?a=1&api_key=canary-0123", answer(200, b"1"))
    site.says("/far?api_key=canary-0123", redirect(f"{other_site.url}/there?a=1&api_key=canary-0123"))
    other_site.says("/there?a=1", answer(200, b"2"))
    assert await open_client().get_json(f"{site.url}/near", {}, secrets=secrets) == 1
    assert await open_client().get_json(f"{site.url}/far", {}, secrets=secrets) == 2
    assert "canary" not in caplog.text
