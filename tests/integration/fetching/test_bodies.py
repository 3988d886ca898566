"""What servers do to bodies, on purpose or not. Each gives the named reason and leaves nothing behind."""

import asyncio
import hashlib

import pytest

from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import FetchLimits
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.bodies import Bodies
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.hostile_bodies import BIG, HOSTILE, MALFORMED, reset, silent_body
from tests.integration.fetching.site import Answer, Site, answer

ONCE = Repeats(attempts=1)
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


@pytest.mark.parametrize(("what", "says", "reason"), HOSTILE, ids=[row[0] for row in HOSTILE])
async def test_a_hostile_server_gets_the_named_reason_and_leaves_no_body(
    what: str, says: Answer, reason: Reason, site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    got = await open_fetcher(limits=SMALL_LIMITS, repeats=ONCE).fetch(site.says("/x.jpg", says))
    assert isinstance(got, Missed)
    assert got.reason is reason, got.evidence
    assert got.evidence
    assert bodies.left == []


@pytest.mark.parametrize(("what", "says"), MALFORMED, ids=[row[0] for row in MALFORMED])
async def test_broken_chunks_are_no_file_whether_they_come_with_the_head_or_after_it(
    what: str, says: Answer, site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    got = await open_fetcher(limits=SMALL_LIMITS, repeats=ONCE).fetch(site.says("/x.jpg", says))
    assert isinstance(got, Missed)
    assert got.reason in (Reason.CONNECTION, Reason.INCOMPLETE_BODY), got.evidence
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
