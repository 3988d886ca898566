"""What a robots.txt means, as data."""

import pytest

from pixcrawler.adapters.fetching.robots_rules import read_rules
from tests.data.robots_expectations import ROWS, Row

EXPECTATIONS = [
    (row, path, allowed)
    for row in ROWS
    for allowed, paths in ((True, row.allowed), (False, row.denied))
    for path in paths
]


@pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
def test_what_a_file_allows(row: Row) -> None:
    parsed = read_rules(row.text, row.agent)
    wrong = [
        path
        for one, path, allowed in EXPECTATIONS
        if one is row and parsed.can_fetch(f"http://a.test{path}", row.agent) is not allowed
    ]
    assert wrong == []


def test_there_are_as_many_expectations_as_the_reference_parser_has() -> None:
    assert len(EXPECTATIONS) >= 180


def test_a_file_of_half_a_megabyte_is_read_quickly_enough_to_end() -> None:
    text = "user-agent: redbot\n" + "".join(f"disallow: /{number}/*x*y$\n" for number in range(20_000))
    assert read_rules(text, "redbot").can_fetch("http://a.test/7", "redbot")
