"""How far a job is."""

from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.progress import Pace, fetched, pace
from tests.fakes.aggregates import AT, Aggregates

MAKE = Aggregates(Uuid7())


def job(**changes: Any) -> CrawlJob:
    return MAKE.job(MAKE.project(MAKE.profile()), **changes)


def after(seconds: float) -> Any:
    return AT + timedelta(seconds=seconds)


def test_fetched_are_the_good_and_what_was_refused_for_its_bytes() -> None:
    reasons = {"http_404": 7, "too_small": 2, "not_an_image": 1, "duplicate_exact": 4, "license": 9}
    assert fetched(job(good=10, reasons=reasons)) == 17


@pytest.mark.parametrize(
    ("changes", "now", "told"),
    [
        ({"good": 5}, 10, Pace(10.0, 0.5, 10.0)),
        ({"good": 5, "run_good": 5}, 10, Pace(10.0, 0.0, None)),
        ({"good": 8, "run_good": 4}, 8, Pace(8.0, 0.5, 4.0)),
        ({"good": 10}, 10, Pace(10.0, 1.0, 0.0)),
        ({"good": 12}, 10, Pace(10.0, 1.2, 0.0)),
        ({"good": 5, "status": JobStatus.COMPLETED, "ended_at": after(5)}, 99, Pace(5.0, 1.0, None)),
        ({"good": 5}, 0, Pace(0.0, 0.0, None)),
        ({"good": 5}, -3, Pace(0.0, 0.0, None)),
        ({"run_started_at": None, "status": JobStatus.PENDING}, 10, Pace(0.0, 0.0, None)),
    ],
)
def test_rate_and_rest_are_of_the_present_run(changes: dict[str, Any], now: float, told: Pace) -> None:
    assert pace(job(**changes), after(now)) == told


def test_a_retry_begins_to_count_anew() -> None:
    one = job(status=JobStatus.CANCELLED, good=7, ended_at=AT)
    one.retry(at=after(3600))
    one.count(good=2, rejected={})
    assert pace(one, after(3604)) == Pace(4.0, 0.5, 2.0)
