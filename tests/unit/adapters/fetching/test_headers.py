"""Reading single headers, and undoing an encoding."""

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from pixcrawler.adapters.fetching.inflating import inflated
from pixcrawler.adapters.fetching.opt_out import opted_out
from pixcrawler.adapters.fetching.retry_after import retry_after
from pixcrawler.adapters.fetching.user_agent import product_token

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 11:59:00 GMT", 0.0),
        ("Saturday, 21-Nov-26 12:00:30 GMT", 30.0),
        ("Sat Nov 21 12:00:05 2026", 5.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("9" * 400, 999_999_999_999.0),
        ("٣", None),
        ("Sat, 99 Nov 2026 12:01:00 GMT", None),
        ("Sat, 21 Nov 99999999999999999999 12:01:00 GMT", None),
        ("Sat, 21 Nov 2026 12:01:00 +99999999999999999999", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "out"),
    [
        ("noai", True),
        ("NoImageAI", True),
        ("noindex", True),
        ("noimageindex, nofollow", True),
        ("none", True),
        ("nofollow , noai", True),
        ("pixcrawler: noai", True),
        ("PixCrawler: nofollow, noai", True),
        ("*: noai", True),
        ("otherbot: nofollow, pixcrawler: noindex", True),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST, noai", True),
        ("max-snippet:-1, noai", True),
        ("all", False),
        ("nofollow", False),
        ("noarchive, nosnippet", False),
        ("googlebot: noindex", False),
        ("googlebot: nofollow, noai", False),
        ("pixcrawler: all, otherbot: noai", False),
        ("max-image-preview: none", False),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST", False),
        ("unavailable_after: Tue, 25 Jun 2030 15:00:00 PST, noai", True),
        ("unavailable_after: Tue, 25 Jun 2030 15:00:00 PST, nofollow", False),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", True),
        ("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, nofollow", True),
        ("pixcrawler: unavailable_after: 2010-06-25", True),
        ("googlebot: unavailable_after: 2010-06-25", False),
        ("unavailable_after: never, nofollow", False),
        ("unavailable_after", False),
        ("noai; noimageai", True),
        ("nofollow noai", True),
        ("nofollow; otherwise", False),
        ("googlebot: noai; noimageai", False),
        ("noaix", False),
        ("", False),
    ],
)
def test_x_robots_tag(value: str, out: bool) -> None:
    found = opted_out([value], [], "pixcrawler", at=NOW)
    assert found == (f"X-Robots-Tag: {value}" if out else None)


@pytest.mark.parametrize(
    ("value", "out"), [("1", True), (" 1 ", True), ("0, 1", True), ("0", False), ("", False), ("10", False)]
)
def test_tdm_reservation(value: str, out: bool) -> None:
    assert (opted_out([], [value], "pixcrawler", at=NOW) is not None) is out


@pytest.mark.parametrize("agent", ["PixCrawler/1.2.3", "PixCrawler (+https://example.com/bot)"])
def test_the_name_that_sites_address_is_the_product_alone(agent: str) -> None:
    assert product_token(agent) == "pixcrawler"
    assert product_token("Custom bot") == "custom"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"abc", ""),
        (b"abc", "identity"),
        (gzip.compress(b"abc", mtime=0), "gzip"),
        (gzip.compress(b"abc", mtime=0), " X-GZIP "),
        (zlib.compress(b"abc"), "deflate"),
        (zlib.compress(b"abc", wbits=-15), "deflate"),
        (gzip.compress(b"ab", mtime=0) + gzip.compress(b"", mtime=0) + gzip.compress(b"c", mtime=0), "gzip"),
        (gzip.compress(b"abc", mtime=0) + b"\0" * 100_000, "gzip"),
    ],
)
def test_an_encoding_is_undone(data: bytes, encoding: str) -> None:
    assert inflated(data, encoding, 3) == b"abc"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (gzip.compress(b"abcd", mtime=0), "gzip"),
        (b"abc", "gzip"),
        (b"abc", "br"),
        (gzip.compress(b"a", mtime=0), "gzip, gzip"),
        (gzip.compress(b"\0" * 10_000_000, mtime=0), "gzip"),
        (gzip.compress(b"ab", mtime=0) * 2, "gzip"),
        (gzip.compress(b"", mtime=0) * 10_001, "gzip"),
        (b"abc", "deflate"),
    ],
)
def test_what_cannot_be_undone_within_the_bound_is_refused(data: bytes, encoding: str) -> None:
    with pytest.raises(ValueError, match=r"inflating|broken|Content-Encoding|members"):
        inflated(data, encoding, 3)


def test_of_a_longer_text_the_start_can_be_had() -> None:
    assert inflated(gzip.compress(b"\0" * 10_000_000, mtime=0), "gzip", 3, cut=True) == b"\0\0\0"
