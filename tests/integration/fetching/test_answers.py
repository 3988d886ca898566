"""Statuses, repeats and opt-outs."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.web_fetcher import FetchLimits
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.bodies import Bodies
from tests.fakes.resolvers import TableResolver
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.site import Site, answer, cut, guard_for
from tests.networks import allowed_network

STATUSES = [
    (400, Reason.HTTP_4XX, 1),
    (401, Reason.HTTP_401, 1),
    (402, Reason.HTTP_4XX, 1),
    (403, Reason.HTTP_403, 1),
    (404, Reason.HTTP_404, 1),
    (410, Reason.HTTP_410, 1),
    (451, Reason.HTTP_4XX, 1),
    (300, Reason.HTTP_4XX, 1),
    (302, Reason.HTTP_4XX, 1),
    (304, Reason.HTTP_4XX, 1),
    (429, Reason.RATE_LIMITED, 3),
    (500, Reason.HTTP_5XX, 3),
    (502, Reason.HTTP_5XX, 3),
    (503, Reason.HTTP_5XX, 3),
    (599, Reason.HTTP_5XX, 3),
]


@pytest.mark.parametrize(("status", "reason", "asked"), STATUSES)
async def test_a_status_has_its_reason_and_its_number_of_attempts(
    status: int, reason: Reason, asked: int, site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", answer(status, b"" if status == 304 else b"sorry")))
    assert isinstance(got, Missed)
    assert (got.reason, got.evidence) == (reason, f"status {status}")
    assert len(site.seen) == asked
    assert bodies.handed_out == []


@pytest.mark.parametrize("first", [answer(500), answer(503), answer(429), cut(502, b"x")])
async def test_a_passing_failure_is_repeated_until_it_passes(
    first: bytes, site: Site, open_fetcher: OpenFetcher
) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", first, first, answer(200, b"x")))
    assert isinstance(got, Fetched)
    assert len(site.seen) == 3


async def test_retry_after_in_seconds_is_kept(site: Site, open_fetcher: OpenFetcher) -> None:
    got = await open_fetcher().fetch(
        site.says("/x.jpg", answer(429, b"", "Retry-After: 1"), answer(200, b"x"))
    )
    assert isinstance(got, Fetched)
    assert site.seen[1].at - site.seen[0].at >= 0.99


@pytest.mark.long
async def test_retry_after_as_a_date_is_kept(site: Site, open_fetcher: OpenFetcher) -> None:
    moment = (datetime.now(UTC) + timedelta(seconds=2)).replace(microsecond=0)
    due = time.monotonic() + (moment - datetime.now(UTC)).total_seconds()
    date = format_datetime(moment, usegmt=True)
    busy = answer(503, b"", f"Retry-After: {date}")
    got = await open_fetcher().fetch(site.says("/x.jpg", busy, answer(200, b"x")))
    assert isinstance(got, Fetched)
    assert site.seen[1].at >= due - 0.01


async def test_a_host_that_asks_for_too_long_a_pause_is_left_alone(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    fetcher = open_fetcher()
    first = await fetcher.fetch(site.says("/x.jpg", answer(429, b"", "Retry-After: 3600")))
    second = await fetcher.fetch(site.says("/y.jpg", answer(200, b"x")))
    for got in (first, second):
        assert isinstance(got, Missed)
        assert got.reason is Reason.RATE_LIMITED
    assert len(site.seen) == 1


async def test_what_one_server_of_this_machine_asks_for_is_not_asked_of_another(
    site: Site, other_site: Site, open_fetcher: OpenFetcher
) -> None:
    fetcher = open_fetcher(guard=guard_for(site, other_site))
    await fetcher.fetch(site.says("/x.jpg", answer(429, b"", "Retry-After: 3600")))
    assert isinstance(await fetcher.fetch(other_site.says("/x.jpg", answer(200, b"x"))), Fetched)


async def test_a_host_that_does_nothing_but_complain_is_soon_not_asked_any_more(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    fetcher = open_fetcher(repeats=Repeats(attempts=1))
    urls = [site.says(f"/{number}.jpg", answer(429)) for number in range(12)]
    got = [await fetcher.fetch(url) for url in urls[:7]][-1]
    assert isinstance(got, Missed)
    assert got.reason is Reason.RATE_LIMITED
    assert got.evidence == "the server asked for a slower pace several times in a row"
    assert len(site.seen) == 5


async def test_a_refused_connection_is_a_miss(
    open_fetcher: OpenFetcher, site: Site, closed_port: int
) -> None:
    got = await open_fetcher(guard=_open_for(closed_port)).fetch(f"http://127.0.0.1:{closed_port}/x.jpg")
    assert isinstance(got, Missed)
    assert got.reason is Reason.CONNECTION
    assert "refused" in got.evidence.lower()


async def test_a_server_that_takes_no_connection_is_soon_not_tried_any_more(
    open_fetcher: OpenFetcher, closed_port: int
) -> None:
    fetcher = open_fetcher(guard=_open_for(closed_port))
    url = f"http://127.0.0.1:{closed_port}/x.jpg"
    got = [await fetcher.fetch(url) for _ in range(3)][-1]
    assert isinstance(got, Missed)
    assert got.reason is Reason.CONNECTION
    assert "several times in a row" in got.evidence


async def test_a_server_that_never_answers_is_soon_not_asked_any_more(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    fetcher = open_fetcher(limits=FetchLimits(total=0.3))
    urls = [site.says(f"/{number}.jpg", silent) for number in range(12)]
    got = await asyncio.gather(*map(fetcher.fetch, urls))
    assert {one.reason for one in got if isinstance(one, Missed)} == {Reason.TIMEOUT}
    last = await fetcher.fetch(urls[0])
    assert isinstance(last, Missed)
    assert last.evidence == "the server was too slow several times in a row"


async def test_a_server_that_is_slow_now_and_then_goes_on_being_asked(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    fetcher = open_fetcher(limits=FetchLimits(total=1), repeats=Repeats(attempts=1))
    for turn in range(2):
        urls = [site.says(f"/slow-{turn}-{number}.jpg", silent) for number in range(4)]
        slow = await asyncio.gather(*map(fetcher.fetch, urls))
        quick = await fetcher.fetch(site.says(f"/quick-{turn}.jpg", answer(200, b"x")))
        assert all(isinstance(one, Missed) for one in slow)
        assert isinstance(quick, Fetched)


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def _open_for(port: int) -> AddressGuard:
    return AddressGuard(allowed=[allowed_network(f"127.0.0.1/32:{port}")])


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", Reason.ADDRESS_DENIED),
        ("http://localhost/", Reason.ADDRESS_DENIED),
        ("http://nowhere.test/", Reason.DNS),
        ("nonsense", Reason.BAD_URL),
        ("ftp://good.test/", Reason.BAD_URL),
    ],
)
async def test_a_refusal_of_the_guard_is_a_miss_with_its_reason(
    url: str, reason: Reason, open_fetcher: OpenFetcher
) -> None:
    got = await open_fetcher(guard=AddressGuard(resolver=TableResolver({}))).fetch(url)
    assert isinstance(got, Missed)
    assert got.reason is reason


OPT_OUTS = [
    "X-Robots-Tag: noai",
    "X-Robots-Tag: noimageai",
    "X-Robots-Tag: noindex",
    "X-Robots-Tag: all, NoAI",
    "x-robots-tag: pixcrawler: noai",
    "tdm-reservation: 1",
]


@pytest.mark.parametrize("header", OPT_OUTS)
async def test_an_opt_out_is_honoured_before_the_body_is_read(
    header: str, site: Site, open_fetcher: OpenFetcher, bodies: Bodies
) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", answer(200, b"x", header)))
    assert isinstance(got, Missed)
    assert got.reason is Reason.OPT_OUT
    assert got.evidence.lower() == header.lower()
    assert bodies.handed_out == []


async def test_the_second_of_two_opt_out_headers_counts_too(site: Site, open_fetcher: OpenFetcher) -> None:
    url = site.says("/x.jpg", answer(200, b"x", "X-Robots-Tag: all", "X-Robots-Tag: noai"))
    got = await open_fetcher().fetch(url)
    assert isinstance(got, Missed)
    assert got.evidence == "X-Robots-Tag: noai"


@pytest.mark.parametrize(
    "header", ["X-Robots-Tag: nofollow", "X-Robots-Tag: otherbot: noai", "tdm-reservation: 0"]
)
async def test_other_tags_change_nothing(header: str, site: Site, open_fetcher: OpenFetcher) -> None:
    assert isinstance(await open_fetcher().fetch(site.says("/x.jpg", answer(200, b"x", header))), Fetched)


async def test_starts_keep_their_distance(site: Site, open_fetcher: OpenFetcher) -> None:

    fetcher = open_fetcher(pace=HostPace(per_host_rate=50.0, per_host_connections=4))
    url = site.says("/x.jpg", answer(200, b"x"))
    await asyncio.gather(*(fetcher.fetch(url) for _ in range(20)))
    assert site.seen[-1].at - site.seen[0].at >= 19 / 50 - 0.03
