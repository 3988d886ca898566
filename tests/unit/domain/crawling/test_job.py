"""The state machine of a crawl job."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.crawling.errors import WrongJobState
from pixcrawler.domain.crawling.events import JobCompleted, JobFailed, JobFilled, JobStarted, JobStopped
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from tests.fakes.aggregates import AT, Aggregates

MAKE = Aggregates(Uuid7())
LATER = AT + timedelta(hours=1)


def job(status: JobStatus = JobStatus.RUNNING, **changes: Any) -> CrawlJob:
    return MAKE.job(MAKE.project(MAKE.profile()), **{"status": status, **changes})


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("start", {JobStatus.PENDING}),
        ("stop", {JobStatus.PENDING, JobStatus.RUNNING}),
        ("retry", {JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.COMPLETED}),
    ],
)
@pytest.mark.parametrize("status", JobStatus)
def test_only_some_states_allow_an_act(act: str, allowed: set[JobStatus], status: JobStatus) -> None:
    one = job(status)
    attempt: Callable[..., object] = getattr(one, act)
    if status in allowed:
        assert attempt(at=LATER)
        return
    with pytest.raises(WrongJobState, match=f"The job is {status}"):
        attempt(at=LATER)
    assert one.status is status


def test_starting_begins_the_first_run() -> None:
    one = job(JobStatus.PENDING, run=0, started_at=None)
    assert one.start(at=LATER) == (JobStarted(at=LATER, job_id=one.id, run=1),)
    assert (one.status, one.run, one.started_at) == (JobStatus.RUNNING, 1, LATER)


def test_stopping_makes_results_of_the_run_void() -> None:
    one = job(run=3, settling=True)
    assert one.works_on(3)
    assert one.stop(at=LATER) == (JobStopped(at=LATER, job_id=one.id, run=4),)
    assert (one.status, one.settling, one.ended_at) == (JobStatus.CANCELLED, False, LATER)
    assert not one.works_on(3)
    assert not one.works_on(4)


def test_a_retry_is_a_new_run_that_forgets_the_failure() -> None:
    one = job(JobStatus.FAILED, run=1, accepted=3, failure="x", failure_code="X", ended_at=AT)
    assert one.retry(at=LATER) == (JobStarted(at=LATER, job_id=one.id, run=2),)
    assert (one.run, one.accepted, one.failure, one.failure_code, one.ended_at) == (2, 0, None, None, None)
    assert one.started_at == AT


def test_a_job_stopped_before_it_began_begins_with_its_retry() -> None:
    one = job(JobStatus.CANCELLED, started_at=None)
    one.retry(at=LATER)
    assert one.started_at == LATER


def test_a_complete_job_has_nothing_to_retry() -> None:
    with pytest.raises(WrongJobState, match="nothing to retry"):
        job(JobStatus.COMPLETED, accepted=10).retry(at=LATER)
    assert job(JobStatus.COMPLETED, accepted=9).retry(at=LATER)


def test_counts_add_up_by_reason_and_vanish_at_zero() -> None:
    one = job()
    before = one.reasons
    one.count(found=5, good=2, rejected={"timeout": 2, "robots": 1})
    one.count(good=-1, rejected={"timeout": -2})
    assert (one.found, one.good, one.reasons, one.rejected) == (5, 1, {"robots": 1}, 1)
    assert before == {}


def test_a_job_is_settled_once_at_a_time() -> None:
    one = job()
    assert one.fill(at=LATER) == (JobFilled(at=LATER, job_id=one.id, run=1),)
    assert one.fill(at=LATER) == ()
    one.go_on([2])
    assert one.lost == [2]
    assert one.fill(at=LATER) == (JobFilled(at=LATER, job_id=one.id, run=1),)


def test_completing_writes_the_final_counts() -> None:
    one = job(settling=True)
    done = one.complete(accepted=4, reasons={"timeout": 1}, at=LATER)
    assert done == (JobCompleted(at=LATER, job_id=one.id, run=1, accepted=4),)
    assert (one.status, one.accepted, one.missing, one.rejected) == (JobStatus.COMPLETED, 4, 6, 1)
    assert (one.settling, one.ended_at) == (False, LATER)


def test_failing_keeps_the_reason() -> None:
    one = job(settling=True)
    assert one.fail("X", "It broke.", at=LATER) == (JobFailed(at=LATER, job_id=one.id, run=1, code="X"),)
    assert (one.status, one.failure_code, one.failure) == (JobStatus.FAILED, "X", "It broke.")
    assert (one.settling, one.ended_at) == (False, LATER)


def test_events_of_a_job_are_about_it() -> None:
    one = job()
    (filled,) = one.fill(at=LATER)
    assert filled.subject_id == one.id


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED])
def test_removing_an_image_moves_it_from_what_stands_to_removed(status: JobStatus) -> None:
    done = status is JobStatus.COMPLETED
    one = job(status, found=5, good=4, accepted=3 if done else 0, reasons={"duplicate_exact": 2})
    one.remove_image(stood=True, undone={"duplicate_exact": 1})
    assert (one.accepted, one.good) == (2 if done else 0, 3)
    assert one.reasons == {"duplicate_exact": 1, "removed": 2}


def test_removing_a_rejected_image_changes_only_its_reason() -> None:
    one = job(JobStatus.COMPLETED, found=5, good=4, accepted=3, reasons={"limit_reached": 2})
    one.remove_image(stood=False, undone={"limit_reached": 1})
    assert (one.accepted, one.reasons) == (3, {"limit_reached": 1, "removed": 1})


@pytest.mark.parametrize("status", [JobStatus.PENDING, JobStatus.RUNNING])
def test_a_job_loses_no_image_before_it_has_ended(status: JobStatus) -> None:
    with pytest.raises(WrongJobState, match=f"The job is {status}"):
        job(status).remove_image(stood=True, undone={})
