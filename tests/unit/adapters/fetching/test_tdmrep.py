"""What a site's tdmrep.json reserves."""

import pytest

from pixcrawler.adapters.fetching.tdmrep import SiteReservation

FILE = """[
  {"location": "/pictures/*", "tdm-reservation": 1, "tdm-policy": "https://a.test/policy.json"},
  {"location": "/pictures/free/", "tdm-reservation": 0},
  {"location": "*.png$", "tdm-reservation": 1},
  {"location": "exact.gif$", "tdm-reservation": "1"}
]"""


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/pictures/a.jpg", "/pictures/*"),
        ("/pictures/free/a.jpg", None),
        ("/other/a.jpg", None),
        ("/other/a.png", "*.png$"),
        ("/other/a.png?x=1", None),
        ("/exact.gif", "/exact.gif$"),
        ("/exact.gif2", None),
    ],
)
def test_the_longest_rule_that_matches_decides(path: str, rule: str | None) -> None:
    found = SiteReservation(FILE).reserved(f"https://a.test{path}")
    assert found == (None if rule is None else f"/.well-known/tdmrep.json: tdm-reservation: 1 for {rule}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!doctype html><html></html>",
        "[" * 100_000,
        "null",
        "7",
        "[7, null, [], {}]",
        '[{"location": "/", "tdm-reservation": 0}]',
        '[{"location": 7, "tdm-reservation": 1}]',
        '[{"location": "", "tdm-reservation": 1}]',
        '[{"location": "/\\nDisallow: /", "tdm-reservation": 1}]',
        '[{"location": "/", "tdm-reservation": 2}]',
        '[{"location": "/"}]',
    ],
)
def test_what_is_no_reservation_reserves_nothing(text: str) -> None:
    assert SiteReservation(text).reserved("https://a.test/a.jpg") is None


def test_one_rule_without_a_list_is_taken_too() -> None:
    found = SiteReservation('{"location": "/", "tdm-reservation": 1}').reserved("https://a.test/a.jpg")
    assert found == "/.well-known/tdmrep.json: tdm-reservation: 1 for /"
