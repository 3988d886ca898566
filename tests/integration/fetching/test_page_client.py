"""Pages from servers that misbehave on purpose."""

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.page_client import PageClient, PageLimits
from pixcrawler.domain.shared.reasons import Reason
from tests.integration.fetching.site import Site, answer, cut, redirect
from tests.integration.sources.pages import AGENT, html, page_client, xml

SMALL = PageLimits(total=1.0, connect=1.0, html=10_000, lists=50_000)


@pytest.fixture
async def client(site: Site) -> AsyncIterator[PageClient]:
    async with page_client(site, limits=SMALL) as one:
        yield one


async def refused(client: PageClient, url: str) -> tuple[Reason, str]:
    with pytest.raises(Miss) as miss:
        await client.get(url)
    return miss.value.reason, miss.value.evidence


async def test_a_page_comes_whole_with_its_headers(site: Site, client: PageClient) -> None:
    page = await client.get(site.says("/", html("<p>Words", "X-Some: thing")))
    assert (page.url, page.body, page.content_type) == (
        f"{site.url}/",
        b"<p>Words",
        "text/html; charset=utf-8",
    )
    assert page.headers["x-some"] == "thing"
    (asked,) = site.asked("/")
    assert asked.headers["user-agent"] == AGENT
    assert asked.headers["accept"].startswith("text/html")


async def test_robots_txt_is_asked_first_and_obeyed(site: Site, client: PageClient) -> None:
    site.says(
        "/robots.txt", answer(200, b"User-agent: PixCrawler\nDisallow: /a\nSitemap: /map.xml\nSitemap: b")
    )
    site.says("/a", html(""))
    reason, evidence = await refused(client, f"{site.url}/a")
    assert (reason, evidence) == (Reason.ROBOTS, "robots.txt line 2: Disallow: /a")
    assert not site.asked("/a")
    assert await client.sitemaps(f"{site.url}/x") == ("/map.xml", "b")
    assert len(site.asked("/robots.txt")) == 1


async def test_ai_txt_is_obeyed_before_the_page_is_asked_for(site: Site, client: PageClient) -> None:
    site.says("/ai.txt", answer(200, b"User-Agent: *\nDisallow: /art"))
    site.says("/art", html(""))
    site.says("/news", html(""))
    reason, evidence = await refused(client, f"{site.url}/art")
    assert (reason, evidence) == (Reason.OPT_OUT, "ai.txt line 2: Disallow: /art")
    assert not site.asked("/art")
    assert (await client.get(f"{site.url}/news")).words.objection() is None


async def test_a_sites_tdm_reservation_is_heard_and_the_pages_own_header_counts_before_it(
    site: Site, client: PageClient
) -> None:
    site.says("/.well-known/tdmrep.json", answer(200, b'[{"location": "/art", "tdm-reservation": 1}]'))
    site.says("/art/1", html(""))
    site.says("/art/2", html("", "tdm-reservation: 0"))
    assert "tdmrep.json" in ((await client.get(f"{site.url}/art/1")).words.objection() or "")
    assert (await client.get(f"{site.url}/art/2")).words.objection() is None


async def test_a_redirect_is_checked_like_the_page_itself(site: Site, client: PageClient) -> None:
    site.says("/robots.txt", answer(200, b"User-agent: *\nDisallow: /closed"))
    assert (await refused(client, site.says("/a", redirect("/closed"))))[0] is Reason.ROBOTS
    assert (await refused(client, site.says("/b", redirect("http://127.0.0.1:1/"))))[
        0
    ] is Reason.ADDRESS_DENIED
    assert (await refused(client, site.says("/c", redirect("file:///etc/passwd"))))[0] is Reason.BAD_URL
    assert (await refused(client, site.says("/d", redirect("/d"))))[0] is Reason.TOO_MANY_REDIRECTS
    assert not site.asked("/closed")


async def test_addresses_inside_are_never_dialled() -> None:
    async with page_client(guard=AddressGuard()) as client:
        for url in ("http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/", "http://localhost/"):
            assert (await refused(client, url))[0] is Reason.ADDRESS_DENIED


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(404), Reason.HTTP_404),
        (answer(403), Reason.HTTP_403),
        (answer(500), Reason.HTTP_5XX),
        (answer(429, b"", "Retry-After: 0"), Reason.RATE_LIMITED),
        (answer(206, b"x"), Reason.INCOMPLETE_BODY),
        (answer(304), Reason.HTTP_4XX),
        (answer(200, b"%PDF", "Content-Type: application/pdf"), Reason.UNSUPPORTED_FORMAT),
        (answer(200, b"x", "Content-Type: video/mp4"), Reason.UNSUPPORTED_FORMAT),
        (html("x" * 10_001), Reason.BODY_TOO_LARGE),
        (xml("x" * 50_001), Reason.BODY_TOO_LARGE),
        (html("", "Content-Encoding: br"), Reason.BAD_ENCODING),
        (answer(200, b"no gzip", "Content-Type: text/html", "Content-Encoding: gzip"), Reason.BAD_ENCODING),
        (cut(200, b"<p>", "Content-Type: text/html", length=100), Reason.INCOMPLETE_BODY),
    ],
)
async def test_what_is_no_page_has_its_reason(
    said: bytes, reason: Reason, site: Site, client: PageClient
) -> None:
    assert (await refused(client, site.says("/", said)))[0] is reason


@pytest.mark.parametrize(
    "headers", [("Content-Type: text/html", "Content-Encoding: gzip"), ("Content-Type: application/x-gzip",)]
)
async def test_a_bomb_is_stopped_at_the_cap(headers: tuple[str, ...], site: Site, client: PageClient) -> None:
    bomb = gzip.compress(bytes(30_000_000))
    assert len(bomb) < 50_000
    said = answer(200, bomb[:9_000] if "html" in headers[0] else bomb, *headers)
    reason, evidence = await refused(client, site.says("/", said))
    assert reason in {Reason.BODY_TOO_LARGE, Reason.BAD_ENCODING}
    assert "more than" in evidence


async def test_compressed_pages_and_files_are_read(site: Site, client: PageClient) -> None:
    packed = gzip.compress(b"<p>Words")
    url = site.says("/", answer(200, packed, "Content-Type: text/html", "Content-Encoding: gzip"))
    assert (await client.get(url)).body == b"<p>Words"
    deflated = zlib.compress(b"<p>Words")
    url = site.says("/d", answer(200, deflated, "Content-Type: text/html", "Content-Encoding: deflate"))
    assert (await client.get(url)).body == b"<p>Words"
    url = site.says("/map.xml.gz", answer(200, packed + packed, "Content-Type: application/octet-stream"))
    assert (await client.get(url)).body == b"<p>Words<p>Words"
    cut_off = answer(200, packed[:-9], "Content-Type: application/gzip")
    assert (await refused(client, site.says("/cut.gz", cut_off)))[0] is Reason.BAD_ENCODING


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await writer.drain()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_page_without_end_is_cut_at_the_cap(site: Site, client: PageClient) -> None:
    assert await refused(client, site.says("/", endless)) == (Reason.BODY_TOO_LARGE, "more than 10000 bytes")


async def test_a_page_that_drips_ends_at_the_deadline(site: Site) -> None:
    limits = PageLimits(total=0.2, connect=1.0)
    async with page_client(site, limits=limits) as client:
        assert (await refused(client, site.says("/", drip)))[0] is Reason.TIMEOUT


async def test_a_picture_is_told_and_not_read(site: Site, client: PageClient) -> None:
    page = await client.get(site.says("/a", answer(200, b"x" * 60_000, "Content-Type: image/png")))
    assert (page.is_picture, page.body) == (True, b"")


async def test_two_pages_of_a_site_keep_their_distance(site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.says(path, html(""))
    async with page_client(site, pace=HostPace(per_host_rate=20.0)) as client:
        await asyncio.gather(*(client.get(f"{site.url}{path}") for path in ("/a", "/b", "/c")))
    starts = sorted(one.at for one in site.seen)
    assert len(starts) == 6
    assert starts[-1] - starts[0] > 0.1


async def test_the_sites_own_crawl_delay_is_kept(site: Site) -> None:
    site.says("/robots.txt", answer(200, b"User-agent: *\nCrawl-delay: 0.2"))
    site.says("/a", html(""))
    began = time.monotonic()
    async with page_client(site) as client:
        await client.get(f"{site.url}/a")
        await client.get(f"{site.url}/a")
    assert time.monotonic() - began > 0.3
