"""What servers do to bodies, on purpose or not. Each gives the named reason and leaves nothing behind."""

import asyncio
import gzip
import hashlib
import os
import socket
import struct

import pytest

from pixcrawler.adapters.fetching.web_fetcher import FetchLimits
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.bodies import Bodies
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.site import Answer, Site, answer, cut

BIG = os.urandom(300_000)
SMALL_LIMITS = FetchLimits(total=0.7, connect=1.0, largest=100_000, floor_rate=1000, floor_window=0.3)


async def test_a_file_comes_whole_with_its_digest(
    site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    url = site.says("/a.jpg?x=%2F", answer(200, BIG, "Content-Type: image/jpeg"))
    got = await open_fetcher().fetch(url)
    assert isinstance(got, Fetched), got
    assert bodies.handed_out[0].bytes() == BIG
    assert got.sha256 == hashlib.sha256(BIG).hexdigest()
    assert (got.size, got.content_type, got.final_url) == (len(BIG), "image/jpeg", url)
    assert got.retrieved_at.tzinfo is not None


async def test_we_say_who_we_are_and_ask_for_the_plain_bytes(site: Site, open_fetcher: OpenFetcher) -> None:
    await open_fetcher().fetch(site.says("/a.jpg", answer(200, b"x")))
    headers = site.seen[0].headers
    assert headers["user-agent"] == "PixCrawler/0.1 (+mailto:operator@example.com)"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert not {"cookie", "authorization", "referer"} & set(headers)


async def test_connections_are_used_again(site: Site, open_fetcher: OpenFetcher) -> None:
    fetcher = open_fetcher()
    url = site.says("/a.jpg", answer(200, b"x", "Set-Cookie: a=b; Path=/"))
    for _ in range(5):
        assert isinstance(await fetcher.fetch(url), Fetched)
    assert site.connections == 1
    assert not any("cookie" in one.headers for one in site.seen)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nxxxx")
    await asyncio.Event().wait()


async def steady_but_long(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    while True:
        writer.write(b"x" * 100)
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"x" * 1000)
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )  # SO_LINGER: an RST instead of a FIN
    writer.transport.abort()


async def early_end_of_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + b"x" * 100)
    await writer.drain()


async def huge_header(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 65536 + b"\r\nContent-Length: 1\r\n\r\nx")
    await writer.drain()


async def many_headers(writer: asyncio.StreamWriter) -> None:
    lines = b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
    writer.write(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 1\r\n\r\nx")
    await writer.drain()


async def flood_of_informational(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)
        await writer.drain()


BOMB = gzip.compress(b"\0" * 5_000_000, mtime=0)

HOSTILE: list[tuple[str, Answer, Reason]] = [
    ("endless", endless, Reason.BODY_TOO_LARGE),
    ("announced too large", answer(200, b"", length=100_001), Reason.BODY_TOO_LARGE),
    ("larger than allowed by a byte", answer(200, b"x" * 100_001), Reason.BODY_TOO_LARGE),
    ("no length, too large", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BIG, Reason.BODY_TOO_LARGE),
    ("drip", drip, Reason.TOO_SLOW),
    ("silent after the head", silent_body, Reason.TOO_SLOW),
    ("steady but far too long", steady_but_long, Reason.TIMEOUT),
    ("silent", silent, Reason.TIMEOUT),
    ("short", cut(200, b"x" * 10, length=50), Reason.INCOMPLETE_BODY),
    ("reset", reset, Reason.INCOMPLETE_BODY),
    ("chunks end early", early_end_of_chunks, Reason.INCOMPLETE_BODY),
    ("part of a file", answer(206, b"x", "Content-Range: bytes 0-0/9"), Reason.INCOMPLETE_BODY),
    ("empty", answer(200), Reason.EMPTY_BODY),
    ("empty, no length", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", Reason.EMPTY_BODY),
    ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", Reason.EMPTY_BODY),
    ("gzip bomb", answer(200, BOMB, "Content-Encoding: gzip"), Reason.BAD_ENCODING),
    ("brotli", answer(200, b"x", "Content-Encoding: br"), Reason.BAD_ENCODING),
    ("gzip twice", answer(200, b"x", "Content-Encoding: gzip, gzip"), Reason.BAD_ENCODING),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Reason.CONNECTION),
    (
        "two lengths",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        Reason.CONNECTION,
    ),
    ("negative length", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nxx", Reason.CONNECTION),
    ("a header of 64 KiB", huge_header, Reason.CONNECTION),
    ("10,000 headers", many_headers, Reason.CONNECTION),
    ("informational answers without end", flood_of_informational, Reason.TIMEOUT),
]


@pytest.mark.parametrize(("what", "says", "reason"), HOSTILE, ids=[row[0] for row in HOSTILE])
async def test_a_hostile_server_gets_the_named_reason_and_leaves_no_body(
    what: str, says: Answer, reason: Reason, site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    got = await open_fetcher(limits=SMALL_LIMITS).fetch(site.says("/x.jpg", says))
    assert isinstance(got, Missed)
    assert got.reason is reason, got.evidence
    assert got.evidence
    assert bodies.left == []


async def test_a_body_of_exactly_the_largest_size_is_taken(site: Site, open_fetcher: OpenFetcher) -> None:
    got = await open_fetcher(limits=SMALL_LIMITS).fetch(site.says("/x.jpg", answer(200, b"x" * 100_000)))
    assert isinstance(got, Fetched)


async def test_a_body_that_is_announced_too_large_is_not_read(
    site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    await open_fetcher(limits=SMALL_LIMITS).fetch(site.says("/x.jpg", answer(200, b"", length=10**12)))
    assert bodies.handed_out == []


async def test_a_page_of_html_is_a_file_like_any_other(site: Site, open_fetcher: OpenFetcher) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", answer(200, b"<html>", "Content-Type: text/html")))
    assert isinstance(got, Fetched)
    assert got.content_type == "text/html"


async def test_a_body_that_ends_with_the_connection_is_whole(site: Site, open_fetcher: OpenFetcher) -> None:
    url = site.says("/x.jpg", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BIG)
    got = await open_fetcher().fetch(url)
    assert isinstance(got, Fetched)
    assert got.size == len(BIG)


async def test_a_connection_that_broke_off_is_tried_again(
    site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    url = site.says("/x.jpg", reset, answer(200, BIG))
    got = await open_fetcher().fetch(url)
    assert isinstance(got, Fetched)
    assert [body.bytes() for body in bodies.left] == [BIG]


async def test_a_full_disk_is_raised_and_the_body_dropped(
    site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    bodies.room = 1000
    with pytest.raises(StorageFull):
        await open_fetcher().fetch(site.says("/x.jpg", answer(200, BIG)))
    assert bodies.left == []
    assert len(site.asked("/x.jpg")) == 1


async def test_a_store_that_breaks_is_an_internal_miss(site: Site, open_fetcher: OpenFetcher) -> None:
    def broken() -> object:
        raise RuntimeError("the store is broken")

    got = await open_fetcher(receive=broken).fetch(site.says("/x.jpg", answer(200, BIG)))
    assert isinstance(got, Missed)
    assert (got.reason, got.evidence) == (Reason.INTERNAL, "RuntimeError")


async def test_a_cancelled_fetch_drops_its_body_and_frees_its_place(
    site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    fetcher = open_fetcher()
    task = asyncio.create_task(fetcher.fetch(site.says("/x.jpg", silent_body)))
    async with asyncio.timeout(5):
        while not bodies.handed_out:
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bodies.left == []
    assert isinstance(await fetcher.fetch(site.says("/y.jpg", answer(200, b"x"))), Fetched)
