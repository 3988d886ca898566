"""Answers as gzip; what is not, and why."""

import gzip
from collections.abc import AsyncIterator

import msgspec
import pytest
from litestar import Response, get
from litestar.response import Stream

from pixcrawler.entrypoints.http.answers import answered
from pixcrawler.entrypoints.http.sse import MEDIA_TYPE
from tests.api.conftest import Api, OpenApi

LONG = {"text": "fox " * 1000}
BODY = msgspec.json.encode(LONG)


async def pieces() -> AsyncIterator[bytes]:
    yield BODY[:2000]
    yield BODY[2000:]


@get("/long")
async def long_text() -> Response[dict[str, str]]:
    return answered(LONG)


@get("/large")
async def large_text() -> Response[dict[str, str]]:
    return answered({"text": "fox " * 100_000})


@get("/short")
async def short_text() -> Response[dict[str, str]]:
    return answered({"text": "fox"})


@get("/tagged")
async def tagged() -> Response[dict[str, str]]:
    return Response(LONG, headers={"etag": '"1"'})


@get("/stream")
async def streamed() -> Stream:
    return Stream(pieces(), media_type="application/json")


@get("/events")
async def events() -> Stream:
    return Stream(pieces(), media_type=MEDIA_TYPE)


@get("/picture")
async def picture() -> Response[bytes]:
    return Response(BODY, media_type="image/png")


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(long_text, large_text, short_text, tagged, streamed, events, picture)


async def told(api: Api, path: str, accepted: str = "gzip") -> tuple[dict[str, str], bytes]:
    """Headers and the bytes as they came."""
    async with api.client.stream("GET", f"/test/{path}", headers={"accept-encoding": accepted}) as answer:
        assert answer.status_code == 200
        return dict(answer.headers), b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("path", ["long", "large"])
async def test_a_long_text_is_packed_for_who_takes_it(api: Api, path: str) -> None:
    headers, raw = await told(api, path)
    plain, whole = await told(api, path, "identity")
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(raw) < len(whole) / 5
    assert gzip.decompress(raw) == whole
    assert int(plain["content-length"]) == len(whole)
    assert "content-encoding" not in plain
    assert headers["vary"] == plain["vary"] == "accept-encoding"
    assert headers["content-type"] == plain["content-type"] == "application/json"


async def test_the_same_text_is_packed_to_the_same_bytes(api: Api) -> None:
    assert (await told(api, "long"))[1] == (await told(api, "long"))[1]


async def test_a_weight_of_nothing_is_a_no(api: Api) -> None:
    assert (await told(api, "long", "gzip;q=0, br"))[1] == BODY


@pytest.mark.parametrize("path", ["short", "tagged", "stream", "events", "picture"])
async def test_what_is_short_or_exact_or_comes_in_pieces_is_left_as_it_is(api: Api, path: str) -> None:
    headers, raw = await told(api, path)
    assert "content-encoding" not in headers
    assert raw == BODY if path != "short" else "vary" not in headers


async def test_pages_and_the_document_are_packed_and_errors_stay_readable(api: Api) -> None:
    packed = {"accept-encoding": "gzip"}
    assert (await api.stranger.get("/schema/openapi.json", headers=packed)).headers[
        "content-encoding"
    ] == "gzip"
    error = await api.stranger.get("/nowhere", headers=packed)
    assert "content-encoding" not in error.headers
    assert error.json()["message"]


async def test_head_has_no_body_to_pack(api: Api) -> None:
    answer = await api.client.head("/test/long", headers={"accept-encoding": "gzip"})
    assert answer.content == b""
