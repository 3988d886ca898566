"""When something is due again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.crawling.cadence import Cadence, Unit
from pixcrawler.domain.crawling.errors import InvalidSchedule

DAILY = Cadence(every=1, unit=Unit.DAYS, at="02:30", time_zone="Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "now", "first"),
    [
        (Cadence(every=6, unit=Unit.HOURS), "2026-11-21T08:30", "2026-11-21T14:30"),
        (Cadence(every=1, unit=Unit.DAYS, at="09:00"), "2026-11-21T08:30", "2026-11-21T09:00"),
        (Cadence(every=3, unit=Unit.DAYS, at="08:30"), "2026-11-21T08:30", "2026-11-22T08:30"),
        (Cadence(every=2, unit=Unit.DAYS), "2026-11-21T08:30", "2026-11-23T08:30"),
        (
            Cadence(every=1, unit=Unit.DAYS, at="00:15", time_zone="Asia/Tokyo"),
            "2026-11-21T15:10",
            "2026-11-21T15:15",
        ),
    ],
)
def test_it_is_first_due_after_an_interval_or_at_the_next_such_time_of_day(
    cadence: Cadence, now: str, first: str
) -> None:
    assert cadence.first(utc(now)) == utc(first)


@pytest.mark.parametrize(
    ("due", "then"),
    [
        ("2026-06-01T00:30", "2026-06-02T00:30"),  # summer time
        ("2026-12-01T01:30", "2026-12-02T01:30"),  # winter time
        ("2026-03-28T01:30", "2026-03-29T01:30"),  # 02:30 is skipped there: 03:30
        ("2026-03-29T01:30", "2026-03-30T00:30"),
        ("2026-10-24T00:30", "2026-10-25T00:30"),  # 02:30 comes twice there: the first
        ("2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_the_time_of_day_stays_in_summer_and_winter(due: str, then: str) -> None:
    assert DAILY.after(utc(due), utc(due)) == utc(then)


def test_missed_times_become_one_and_the_rhythm_stays() -> None:
    weekly = Cadence(every=7, unit=Unit.DAYS, at="06:00")
    assert weekly.after(utc("2026-01-01T06:00"), utc("2026-01-20T12:00")) == utc("2026-01-22T06:00")
    hourly = Cadence(every=5, unit=Unit.HOURS)
    assert hourly.after(utc("2026-01-01T00:00"), utc("2026-01-01T10:00")) == utc("2026-01-01T15:00")


CADENCES = st.one_of(
    st.builds(Cadence, every=st.integers(1, 8784), unit=st.just(Unit.HOURS)),
    st.builds(
        Cadence,
        every=st.integers(1, 366),
        unit=st.just(Unit.DAYS),
        at=st.times().map(lambda one: f"{one:%H:%M}"),
        time_zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/Sao_Paulo"]),
    ),
)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(CADENCES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_the_next_time_lies_ahead_and_no_further_than_an_interval(
    cadence: Cadence, due: datetime, late: timedelta
) -> None:
    cadence.check()
    now = due + late
    step = timedelta(hours=cadence.every) if cadence.unit is Unit.HOURS else timedelta(days=cadence.every)
    assert now < cadence.after(due, now) <= now + step + timedelta(days=2)
    assert now < cadence.first(now) <= now + step + timedelta(days=2)


@pytest.mark.parametrize(
    ("cadence", "field"),
    [
        (Cadence(every=0, unit=Unit.HOURS), "cadence.every"),
        (Cadence(every=8785, unit=Unit.HOURS), "cadence.every"),
        (Cadence(every=367, unit=Unit.DAYS), "cadence.every"),
        (Cadence(every=1, unit=Unit.HOURS, at="07:00"), "cadence.at"),
        (Cadence(every=1, unit=Unit.DAYS, at="7:00"), "cadence.at"),
        (Cadence(every=1, unit=Unit.DAYS, time_zone="Mars/Olympus"), "cadence.time_zone"),
        (Cadence(every=1, unit=Unit.DAYS, time_zone="../etc/passwd"), "cadence.time_zone"),
        (Cadence(every=1, unit=Unit.DAYS, time_zone="Europe"), "cadence.time_zone"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(cadence: Cadence, field: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        cadence.check()
    assert caught.value.field == field
