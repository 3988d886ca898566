"""What a site as a whole says of machine learning, against a real server."""

import asyncio

import pytest

from pixcrawler.adapters.fetching.web_fetcher import WebFetcher
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.reasons import Reason
from tests.integration.fetching.conftest import OpenFetcher
from tests.integration.fetching.site import Site, answer, redirect

TDM = "/.well-known/tdmrep.json"
RESERVED = b'[{"location": "/", "tdm-reservation": 1}]'


@pytest.fixture
def fetcher(open_fetcher: OpenFetcher) -> WebFetcher:
    return open_fetcher(respect_robots=True)


async def fate(fetcher: WebFetcher, url: str) -> tuple[Reason | None, str]:
    got = await fetcher.fetch(url)
    return (got.reason, got.evidence) if isinstance(got, Missed) else (None, "")


async def test_ai_txt_is_obeyed_like_robots_txt(site: Site, fetcher: WebFetcher) -> None:
    site.says("/ai.txt", answer(200, b"User-Agent: *\nDisallow: *.jpg\nAllow: *.png\n"))
    jpg, png = site.says("/a.jpg", answer(200, b"x")), site.says("/a.png", answer(200, b"x"))
    assert await fate(fetcher, jpg) == (Reason.OPT_OUT, "ai.txt line 2: Disallow: *.jpg")
    assert await fate(fetcher, png) == (None, "")
    assert site.asked("/a.jpg") == []


@pytest.mark.parametrize("text", ["# About us\n\nWe sell tea.", "<html><body>Disallow: /</body></html>", ""])
async def test_an_ai_txt_that_holds_no_rules_says_nothing(text: str, site: Site, fetcher: WebFetcher) -> None:
    site.says("/ai.txt", answer(200, text.encode()))
    assert await fate(fetcher, site.says("/a.jpg", answer(200, b"x"))) == (None, "")


PRECEDENCE = [
    (RESERVED, [], "/.well-known/tdmrep.json: tdm-reservation: 1 for /"),
    (RESERVED, ["tdm-reservation: 0"], None),
    (RESERVED, ["tdm-reservation: 1"], "tdm-reservation: 1"),
    (RESERVED, ["X-Robots-Tag: noai"], "X-Robots-Tag: noai"),
    (b"[]", ["tdm-reservation: 1"], "tdm-reservation: 1"),
    (b"[]", [], None),
]


@pytest.mark.parametrize(("file", "headers", "evidence"), PRECEDENCE)
async def test_a_header_counts_before_the_sites_file(
    file: bytes, headers: list[str], evidence: str | None, site: Site, fetcher: WebFetcher
) -> None:
    site.says(TDM, answer(200, file))
    found = await fate(fetcher, site.says("/a.jpg", answer(200, b"x", *headers)))
    assert found == ((None, "") if evidence is None else (Reason.OPT_OUT, evidence))


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500, 503])
async def test_a_site_that_does_not_give_the_files_says_nothing(
    status: int, site: Site, fetcher: WebFetcher
) -> None:
    for path in (TDM, "/ai.txt"):
        site.says(path, answer(status, b"User-agent: *\nDisallow: /"))
    assert await fate(fetcher, site.says("/a.jpg", answer(200, b"x"))) == (None, "")


async def test_the_files_are_asked_for_once_however_many_pictures_there_are(
    site: Site, fetcher: WebFetcher
) -> None:
    url = site.says("/a.jpg", answer(200, b"x"))
    fates = await asyncio.gather(*(fetcher.fetch(url) for _ in range(20)))
    assert all(isinstance(one, Fetched) for one in fates)
    assert [len(site.asked(path)) for path in ("/robots.txt", TDM, "/ai.txt")] == [1, 1, 1]


async def test_where_a_redirect_leads_counts_too(site: Site, fetcher: WebFetcher) -> None:
    site.says(TDM, answer(200, b'[{"location": "/kept/", "tdm-reservation": 1}]'))
    site.says("/kept/b.jpg", answer(200, b"x"))
    found = await fate(fetcher, site.says("/a.jpg", redirect("/kept/b.jpg")))
    assert found == (Reason.OPT_OUT, "/.well-known/tdmrep.json: tdm-reservation: 1 for /kept/")


@pytest.mark.parametrize("off", ["respect_robots", "respect_opt_out"])
async def test_who_is_told_to_ignore_them_does_not_ask(
    off: str, site: Site, open_fetcher: OpenFetcher
) -> None:
    site.says("/ai.txt", answer(200, b"User-Agent: *\nDisallow: /\n"))
    fetcher = open_fetcher(**{"respect_robots": True, off: False})
    assert await fate(fetcher, site.says("/a.jpg", answer(200, b"x"))) == (None, "")
    assert site.asked("/ai.txt") == site.asked(TDM) == []
