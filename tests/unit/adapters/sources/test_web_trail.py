"""How far the reading of a site has come, as it travels in a cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.adapters.sources.web_trail import (
    MOST_SITEMAPS,
    MOST_WAITING,
    Stop,
    Trail,
    from_cursor,
    site_of,
    to_cursor,
)


def trail(most: int = 1, *urls: str, below: str = "/") -> Trail:
    one = Trail()
    one.begin([Stop("https://e.org/")], site="e.org", below=below)
    one.plan([Stop(url, 1) for url in urls], most=most)
    return one


def test_an_address_waits_once_however_it_is_written() -> None:
    one = trail(10, "https://e.org/a", "https://E.org:443/a#top", "https://e.org/./a", "https://e.org/")
    assert [stop.url for stop in one.waiting] == ["https://e.org/", "https://e.org/a"]
    one.leave()
    one.leave()
    one.plan([Stop("https://e.org/a", 2)], most=10)
    assert one.waiting == []


def test_no_more_pages_and_sitemaps_wait_than_may_be_read() -> None:
    one = trail(5, *(f"https://e.org/{number}" for number in range(50)))
    assert (len(one.waiting), one.pages) == (5, 5)
    one.plan([Stop(f"https://e.org/{number}.xml", 1, sitemap=True) for number in range(500)], most=5)
    assert one.sitemaps == MOST_SITEMAPS


def test_long_addresses_and_too_many_of_them_are_left_out() -> None:
    long = [
        "https://e.org/" + "a" * 2_000,
        *(f"https://e.org/{number}/{'b' * 1_900}" for number in range(5_000)),
    ]
    one = trail(5_000, *long)
    assert sum(len(stop.url) for stop in one.waiting) <= MOST_WAITING
    assert long[0] not in {stop.url for stop in one.waiting}


def test_a_cursor_stays_small() -> None:
    one = trail(1_000, *(f"https://e.org/gallery/page/{number}/some-words-here" for number in range(1_000)))
    assert len(to_cursor(one)) < 40_000


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("https://e.org/art/1", True),
        ("http://www.e.org/art/", True),
        ("https://e.org/arts", False),
        ("https://e.org/", False),
        ("https://sub.e.org/art/1", False),
        ("https://e.org:8443/art/1", False),
        ("https://e.org.evil.example/art/", False),
    ],
)
def test_a_site_is_a_host_and_a_path(url: str, holds: bool) -> None:
    assert trail(below="/art/").holds(url) is holds


def test_one_site_has_one_name() -> None:
    assert (
        site_of("https://www.e.org/a") == site_of("http://e.org:80") == site_of("https://e.org./") == "e.org"
    )
    assert site_of("http://127.0.0.1:8080/") == "127.0.0.1:8080"
    assert site_of("http://e.org:x/") == "e.org"


@given(
    st.lists(st.integers(0, 30).map(lambda number: f"https://e.org/{number}"), max_size=40),
    st.integers(1, 20),
    st.sampled_from(["leave", "put_off", "lose"]),
)
def test_what_is_planned_comes_once_each_and_survives_the_cursor(
    urls: list[str], most: int, end: str
) -> None:
    one = trail(most, *urls)
    met: list[str] = []
    while one.waiting:
        one = from_cursor(to_cursor(one))
        stop = one.waiting[0]
        if end == "put_off" and not stop.again:
            one.put_off()
            continue
        met.append(stop.url)
        one.lose("robots") if end == "lose" else one.leave()
        one.plan([Stop(url, 2) for url in urls], most=most)
    assert len(met) == len(set(met)) <= max(most, 1)
    assert sum(one.lost.values()) == (len(met) if end == "lose" else 0)


@pytest.mark.parametrize("cursor", ["", "2", "AAAA", "é"])
def test_what_is_no_cursor_is_told(cursor: str) -> None:
    with pytest.raises(ValueError, match=r"cursor|ASCII|padding|base64"):
        from_cursor(cursor)
