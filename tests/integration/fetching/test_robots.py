"""robots.txt by RFC 9309, against a real server."""

import asyncio
import gzip
import zlib
from itertools import pairwise

import pytest

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.reasons import Reason
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.site import Answer, Site, answer, cut, guard_for, redirect


def rules(text: str, *headers: str) -> bytes:
    return answer(200, text.encode(), "Content-Type: text/plain", *headers)


LONG = b"User-agent: *\nDisallow: /pics\n#" + b"x" * 600_000


async def silent(writer: asyncio.StreamWriter) -> None:
    raise ConnectionError


OUTCOMES: list[tuple[str, list[Answer], str | None]] = [
    ("no rules", [rules("")], None),
    ("allowed by another rule", [rules("User-agent: *\nDisallow: /private/")], None),
    ("all disallowed", [rules("User-agent: *\nDisallow: /")], "robots.txt line 2: Disallow: /"),
    ("our group", [rules("User-agent: PixCrawler\nDisallow: /pics")], "robots.txt line 2: Disallow: /pics"),
    ("our group wins", [rules("User-agent: *\nDisallow: /\n\nUser-agent: pixcrawler\nAllow: /")], None),
    ("another's group", [rules("User-agent: otherbot\nDisallow: /")], None),
    ("longest match", [rules("User-agent: *\nDisallow: /\nAllow: /pics/")], None),
    ("wildcard", [rules("User-agent: *\nDisallow: /*.jpg$")], "robots.txt line 2: Disallow: /*.jpg$"),
    ("byte order mark", [rules("\ufeffUser-agent: *\nDisallow: /")], "robots.txt line 2: Disallow: /"),
    ("wide", [answer(200, "User-agent: *\nDisallow: /".encode("utf-16"))], "robots.txt line 2: Disallow: /"),
    (
        "gzip, longer than what is read",
        [answer(200, gzip.compress(LONG, mtime=0), "Content-Encoding: gzip")],
        "robots.txt line 2: Disallow: /pics",
    ),
    (
        "deflate without a header",
        [answer(200, zlib.compress(LONG, wbits=-15), "Content-Encoding: deflate")],
        "robots.txt line 2: Disallow: /pics",
    ),
    (
        "plain, with a wrong header",
        [rules("User-agent: *\nDisallow: /pics", "Content-Encoding: br")],
        "robots.txt line 2: Disallow: /pics",
    ),
    (
        "an encoding that is not read",
        [answer(200, b"\x8b\x0e\x80User-agent", "Content-Encoding: br")],
        "robots.txt: bad_encoding, Content-Encoding: br",
    ),
    ("HTML", [rules("<!doctype html><html><body>hello</body></html>")], None),
    ("400", [answer(400)], None),
    ("401", [answer(401)], None),
    ("403", [answer(403)], None),
    ("404", [answer(404)], None),
    ("410", [answer(410)], None),
    ("500", [answer(500)], "robots.txt: http_5xx, status 500"),
    ("503", [answer(503)], "robots.txt: http_5xx, status 503"),
    ("500 that passes", [answer(500), rules("")], None),
    ("no answer", [silent], "robots.txt: connection, "),
    ("cut off", [cut(200, b"User-agent: *", length=500)], "robots.txt: incomplete_body, "),
    ("redirect to nothing", [redirect("/else/where.txt")], None),
    (
        "redirect to a denied address",
        [redirect("http://10.0.0.1/robots.txt")],
        "robots.txt: address_denied, ",
    ),
    ("redirect without end", [redirect("/robots.txt")], None),
    ("rules behind 512 KiB", [rules("#" + "x" * 600_000 + "\nUser-agent: *\nDisallow: /")], None),
    (
        "rules before 512 KiB",
        [rules("User-agent: *\nDisallow: /pics\n#" + "x" * 600_000)],
        "robots.txt line 2: Disallow: /pics",
    ),
]


@pytest.mark.parametrize(("what", "says", "evidence"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
async def test_an_outcome_of_asking_for_the_rules(
    what: str, says: list[Answer], evidence: str | None, site: Site, open_fetcher: OpenFetcher
) -> None:
    site.says("/robots.txt", *says)
    got = await open_fetcher(respect_robots=True).fetch(site.says("/pics/a.jpg", answer(200, b"x")))
    if evidence is None:
        assert isinstance(got, Fetched), got
        return
    assert isinstance(got, Missed)
    named = evidence.removeprefix("robots.txt: ").split(",")[0]
    passing = {"http_5xx", "connection", "incomplete_body"}
    assert got.reason is (Reason(named) if named in passing else Reason.ROBOTS)
    assert got.evidence.startswith(evidence)
    assert site.asked("/pics/a.jpg") == []


async def test_five_redirects_lead_to_the_rules(site: Site, open_fetcher: OpenFetcher) -> None:
    site.says("/robots.txt", redirect("/1"))
    for number in range(1, 5):
        site.says(f"/{number}", redirect(f"/{number + 1}"))
    site.says("/5", rules("User-agent: *\nDisallow: /"))
    got = await open_fetcher(respect_robots=True).fetch(f"{site.url}/a.jpg")
    assert isinstance(got, Missed)
    assert got.reason is Reason.ROBOTS


async def test_many_at_once_ask_for_the_rules_once(site: Site, open_fetcher: OpenFetcher) -> None:
    site.says("/robots.txt", rules("User-agent: *\nDisallow: /private/"))
    site.says("/a.jpg", answer(200, b"x"))
    fetcher = open_fetcher(respect_robots=True)
    fates = await asyncio.gather(
        *(fetcher.fetch(f"{site.url}/{path}") for path in ["a.jpg", "private/b.jpg"] * 10)
    )
    assert [isinstance(fate, Fetched) for fate in fates] == [True, False] * 10
    assert len(site.asked("/robots.txt")) == 1
    assert site.asked("/private/b.jpg") == []


async def test_the_rules_of_the_server_that_a_redirect_leads_to_count_too(
    site: Site, other_site: Site, open_fetcher: OpenFetcher
) -> None:
    other_site.says("/robots.txt", rules("User-agent: *\nDisallow: /b.jpg"))
    target = other_site.says("/b.jpg", answer(200, b"x"))
    fetcher = open_fetcher(respect_robots=True, guard=guard_for(site, other_site))
    got = await fetcher.fetch(site.says("/a.jpg", redirect(target)))
    assert isinstance(got, Missed)
    assert got.reason is Reason.ROBOTS
    assert other_site.asked("/b.jpg") == []


async def test_a_crawl_delay_is_kept(site: Site, open_fetcher: OpenFetcher) -> None:
    site.says("/robots.txt", rules("User-agent: *\nCrawl-delay: 0.4\nDisallow: /private/"))
    url = site.says("/a.jpg", answer(200, b"x"))
    fetcher = open_fetcher(respect_robots=True, pace=HostPace(per_host_rate=float("inf")))
    await asyncio.gather(*(fetcher.fetch(url) for _ in range(3)))
    times = [one.at for one in site.seen]
    assert all(later - earlier >= 0.38 for earlier, later in pairwise(times))


async def test_robots_txt_is_not_asked_for_when_it_is_switched_off(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    site.says("/robots.txt", rules("User-agent: *\nDisallow: /"))
    got = await open_fetcher(respect_robots=False).fetch(site.says("/a.jpg", answer(200, b"x")))
    assert isinstance(got, Fetched)
    assert site.asked("/robots.txt") == []
