"""Dates until which a site lets a thing be used."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.adapters.fetching.unavailable_after import elapsed

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("date", "end"),
    [
        ("25 Jun 2010 15:00:00 GMT", datetime(2010, 6, 25, 15, tzinfo=UTC)),
        ("25 Jun 10 15:00:00 +0200", datetime(2010, 6, 25, 13, tzinfo=UTC)),
        ("Fri, 25 Jun 2010 15:00:00 PST", datetime(2010, 6, 25, 23, tzinfo=UTC)),
        ("Friday, 25-Jun-10 15:00:00 GMT", datetime(2010, 6, 25, 15, tzinfo=UTC)),
        ("25-Aug-2007 15:00:00 EST", datetime(2007, 8, 25, 20, tzinfo=UTC)),
        ("25-Aug-2007 15:00:00", datetime(2007, 8, 25, 15, tzinfo=UTC)),
        ("2010-06-25T15:00:00Z", datetime(2010, 6, 25, 15, tzinfo=UTC)),
        ("2010-06-25t15:00:00+02:00", datetime(2010, 6, 25, 13, tzinfo=UTC)),
        (" 2010-06-25 15:00 ", datetime(2010, 6, 25, 15, tzinfo=UTC)),
        ("20100625T150000", datetime(2010, 6, 25, 15, tzinfo=UTC)),
        ("2010-06-25", datetime(2010, 6, 26, tzinfo=UTC)),
        ("20100625", datetime(2010, 6, 26, tzinfo=UTC)),
        ("25 Jun 2010", datetime(2010, 6, 26, tzinfo=UTC)),
        ("25-jun-2010", datetime(2010, 6, 26, tzinfo=UTC)),
    ],
)
def test_a_date_is_over_from_its_second_on(date: str, end: datetime) -> None:
    assert not elapsed(date, end - 2 * SECOND)
    assert elapsed(date, end + SECOND)


@pytest.mark.parametrize(
    "date",
    [
        *("", "never", "0", "20", "99999999999999", "12 Foo 2010", "31 Jun 2010 15:00:00 GMT", "2010-13-45"),
        *("1 Jan 99999 00:00:00 GMT", "1 Jan 2010 00:00:00 +99999999", "9" * 5_000),
    ],
)
def test_what_is_no_date_sets_no_limit(date: str) -> None:
    assert not elapsed(date, datetime(2026, 11, 22, tzinfo=UTC))


@given(st.one_of(st.text(), st.from_regex(r"[0-9A-Za-z:+ ,.-]{0,40}", fullmatch=True)), st.datetimes())
def test_nothing_that_a_site_writes_is_an_error(date: str, at: datetime) -> None:
    assert elapsed(date, at.replace(tzinfo=UTC)) in (True, False)


@given(st.integers(31_536_000, 2_840_140_800))
def test_dates_of_http_are_read_exactly(seconds: int) -> None:
    end = datetime.fromtimestamp(seconds, tz=UTC)
    for form in ("%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%Y-%m-%dT%H:%M:%SZ"):
        assert elapsed(end.strftime(form), end + SECOND)
        assert not elapsed(end.strftime(form), end - SECOND)
