"""What sources write is made fit to be stored and shown."""

import pytest

from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.claims import LONGEST_TEXT, MOST_TAGS, one_line, sober
from pixcrawler.domain.crawling.errors import SourceBlocked


def found(**said: object) -> Candidate:
    return Candidate(image_url="https://a.example/1.jpg", source="attic", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a\x1b[31mred\x1b[0m fox", "a [31mred [0m fox"),
        ("two\nlines\r\nor\u2028three", "two lines or three"),
        ("nul\x00nul", "nul nul"),
        ("\u202etxet\u202c \u2066fox\u2069", "txet fox"),
        ("half an emoji \ud83e", "half an emoji \ufffd"),
        ("a whole 🦊, a family 👩‍👩‍👧 and עברית", "a whole 🦊, a family 👩‍👩‍👧 and עברית"),
        ("\ufeff  much   blank ", "much blank"),
    ],
)
def test_what_drives_a_terminal_or_breaks_a_line_is_taken_out_of_words(said: str, kept: str) -> None:
    assert one_line(said) == kept
    assert sober(found(title=said, author=said, tags=(said,))) == found(title=kept, author=kept, tags=(kept,))


def test_endless_words_are_cut_and_empty_ones_are_none() -> None:
    endless = found(title="x" * 10_000, author=" \x00 ", tags=("fox", "\n", *map(str, range(100))))
    kept = sober(endless)
    assert kept.title == "x" * LONGEST_TEXT
    assert kept.author is None
    assert kept.tags[0] == "fox"
    assert len(kept.tags) <= MOST_TAGS


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//a.example", "/page", ""])
def test_only_addresses_of_the_web_stay_links(link: str) -> None:
    kept = sober(found(page_url=link, author_url=link, license_url=link))
    assert (kept.page_url, kept.author_url, kept.license_url) == (None, None, None)


@pytest.mark.parametrize("side", [0, -1, 2**31, 10**30])
def test_a_side_that_no_picture_has_is_not_claimed(side: int) -> None:
    assert sober(found(width=side, height=480)) == found(height=480)


def test_what_is_sober_stays_the_very_same() -> None:
    sane = found(title="Red fox", page_url="HTTPS://a.example/1", width=640, height=480, tags=("fox",))
    assert sober(sane) is sane


def test_an_error_of_a_source_is_one_line_whatever_the_source_said() -> None:
    assert str(SourceBlocked("attic", "No.\x1b[2J It said:\n\x00 go\u202e")) == "No. [2J It said: go"
