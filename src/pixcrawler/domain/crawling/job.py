"""A crawl job and its state machine: pending → running → completed | failed | cancelled."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from pixcrawler.domain.crawling.errors import JobIsFull, WrongJobState
from pixcrawler.domain.crawling.events import JobCompleted, JobFailed, JobFilled, JobStarted, JobStopped
from pixcrawler.domain.crawling.spec import JobSpec, check_targets, checked_job_name, checked_max_images
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, UserId
from pixcrawler.domain.shared.reasons import Reason

SHARED: Final = "shared"
"""The platform's lane; commands that bring a worker of their own have lanes of their own."""


class JobStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class CrawlJob(msgspec.Struct, kw_only=True):
    """One request for images. Its counters change only under the job's row lock.

    ``found`` counts candidates. While the job runs, ``good`` counts distinct pictures that were
    accepted so far and ``reasons`` the rejected candidates by reason; settling turns this into
    ``accepted`` (at most ``max_images``) and final reasons, so that
    ``found == accepted + sum(reasons.values())``. ``lost`` is, per keyword, how many good images the
    last settling took away. ``run_started_at`` and ``run_good`` are when this run began, and how many good
    images the job had by then. ``run`` rises with every start, stop and retry; work of an older run
    writes nothing.
    """

    id: CrawlJobId
    owner_id: UserId
    project_id: ProjectId
    name: str
    lane: str
    max_images: int
    spec: JobSpec
    status: JobStatus
    run: int
    version: int
    found: int
    good: int
    accepted: int
    reasons: dict[str, int]
    lost: list[int]
    settling: bool
    failure_code: str | None
    failure: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    run_started_at: datetime | None
    run_good: int

    @property
    def missing(self) -> int:
        """How many images fewer than asked for."""
        return self.max_images - self.accepted

    @property
    def rejected(self) -> int:
        return sum(self.reasons.values())

    def works_on(self, run: int) -> bool:
        """Whether results of this run still count."""
        return self.status is JobStatus.RUNNING and self.run == run

    def start(self, *, at: datetime) -> tuple[Event, ...]:
        """Raises WrongJobState unless pending."""
        self._require("start", JobStatus.PENDING)
        self.status = JobStatus.RUNNING
        self.run += 1
        self.started_at = self.run_started_at = at
        return (JobStarted(at=at, job_id=self.id, run=self.run),)

    def retry(self, *, at: datetime) -> tuple[Event, ...]:
        """A new run for what is not done. Raises WrongJobState while running, or when nothing is missing."""
        self._require("retry", JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.COMPLETED)
        if self.status is JobStatus.COMPLETED and self.missing == 0:
            raise WrongJobState("The job has all the images that were asked for; there is nothing to retry.")
        self.status = JobStatus.RUNNING
        self.run += 1
        self.accepted = 0
        self.settling = False
        self.started_at = self.started_at or at
        self.run_started_at = at
        self.run_good = self.good
        self.failure = self.failure_code = self.ended_at = None
        return (JobStarted(at=at, job_id=self.id, run=self.run),)

    def count(self, *, found: int = 0, good: int = 0, rejected: Mapping[str, int]) -> None:
        """Add to the counters; a negative count takes back what is tried again."""
        self.found += found
        self.good += good
        for reason, number in rejected.items():
            total = self.reasons.get(reason, 0) + number
            self.reasons = {**self.reasons, reason: total}
            if total == 0:
                del self.reasons[reason]

    def fill(self, *, at: datetime) -> tuple[Event, ...]:
        """There is enough, or no more: have it settled, once at a time."""
        if self.settling:
            return ()
        self.settling = True
        return (JobFilled(at=at, job_id=self.id, run=self.run),)

    def go_on(self, lost: list[int]) -> None:
        """Settling found that more is needed."""
        self.settling = False
        self.lost = lost

    def complete(self, *, accepted: int, reasons: Mapping[str, int], at: datetime) -> tuple[Event, ...]:
        self.status = JobStatus.COMPLETED
        self.settling = False
        self.accepted = accepted
        self.reasons = dict(reasons)
        self.ended_at = at
        return (JobCompleted(at=at, job_id=self.id, run=self.run, accepted=accepted),)

    def fail(self, code: str, sentence: str, *, at: datetime) -> tuple[Event, ...]:
        self.status = JobStatus.FAILED
        self.settling = False
        self.failure_code = code
        self.failure = sentence
        self.ended_at = at
        return (JobFailed(at=at, job_id=self.id, run=self.run, code=code),)

    def stop(self, *, at: datetime) -> tuple[Event, ...]:
        """Raises WrongJobState when it has ended already."""
        self._require("stop", JobStatus.PENDING, JobStatus.RUNNING)
        self.status = JobStatus.CANCELLED
        self.settling = False
        self.run += 1
        self.ended_at = at
        return (JobStopped(at=at, job_id=self.id, run=self.run),)

    def change(self, *, name: str | None = None, max_images: int | None = None) -> None:
        """A new name at any time; another number of images only before the start, or WrongJobState.

        Raises InvalidJob for a senseless name or number.
        """
        if max_images is not None and max_images != self.max_images:
            self._require("change max_images", JobStatus.PENDING)
            check_targets(self.spec, checked_max_images(max_images))
            self.max_images = max_images
        if name is not None:
            self.name = checked_job_name(name)

    def check_removal(self) -> None:
        """Raises WrongJobState while it runs."""
        if self.status is JobStatus.RUNNING:
            raise WrongJobState("The job is running; stop it, then delete it.")

    def check_image_removal(self) -> None:
        """Raises WrongJobState before it has ended."""
        self._require("lose images", JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

    def remove_image(self, *, stood: bool, undone: Mapping[str, int]) -> None:
        """A picture is no longer the job's: one that ``stood``, or one that was rejected already.

        ``undone`` counts the rejected candidates that showed it, by the reason they had until now; all
        that showed it are rejected as ``removed``. Raises WrongJobState before the job has ended.
        """
        self.check_image_removal()
        self.good = max(0, self.good - 1)
        if stood and self.status is JobStatus.COMPLETED:
            self.accepted -= 1
        removed = stood + sum(undone.values())
        self.count(rejected={reason: -number for reason, number in undone.items()})
        self.count(rejected={Reason.REMOVED.value: removed})

    def take_down(self, *, pictures: int, standing: int, undone: Mapping[str, int]) -> None:
        """Pictures were deleted from under it, whatever its state: ``standing`` candidates were good, the
        others rejected already, by the reason that ``undone`` counts; all are rejected as ``blocked``.

        A job that runs looks for others; a completed one is short of them, which a retry replaces.
        """
        self.good = max(0, self.good - pictures)
        if self.status is JobStatus.COMPLETED:
            self.accepted -= standing
        blocked = standing + sum(undone.values())
        self.count(rejected={reason: -number for reason, number in undone.items()})
        if blocked:
            self.count(rejected={Reason.BLOCKED.value: blocked})

    def check_review(self) -> None:
        """Raises WrongJobState unless it has decided which images stay."""
        self._require("have its copies reviewed", JobStatus.COMPLETED)

    def restore_copy(self, reason: Reason) -> None:
        """A picture that was rejected as a copy stays after all. Raises JobIsFull."""
        if self.accepted >= self.max_images:
            raise JobIsFull(
                f"The job has the {self.max_images:,} images that were asked for: accept this one instead of "
                "the other copy, or remove an image first."
            )
        self.accepted += 1
        self.count(rejected={reason.value: -1})

    def swap_copies(self, reason: Reason) -> None:
        """A picture that was rejected takes the place of the one that it was a copy of."""
        self.count(rejected={reason.value: -1})
        self.count(rejected={Reason.DUPLICATE_NEAR.value: 1})

    def drop_copy(self, reason: Reason) -> None:
        """A restored picture is a copy again."""
        self.accepted -= 1
        self.count(rejected={reason.value: 1})

    def _require(self, act: str, *states: JobStatus) -> None:
        if self.status not in states:
            allowed = " or ".join(states)
            raise WrongJobState(f"The job is {self.status}; only a {allowed} job can {act}.")


def new_job(
    key: CrawlJobId,
    *,
    owner: UserId,
    project: ProjectId,
    name: str,
    spec: JobSpec,
    max_images: int,
    lane: str,
    at: datetime,
) -> CrawlJob:
    """A pending one. Raises InvalidJob for a senseless name or number."""
    return CrawlJob(
        id=key,
        owner_id=owner,
        project_id=project,
        name=checked_job_name(name),
        lane=lane,
        max_images=checked_max_images(max_images),
        spec=spec,
        status=JobStatus.PENDING,
        run=0,
        version=1,
        found=0,
        good=0,
        accepted=0,
        reasons={},
        lost=[0] * len(spec.keywords),
        settling=False,
        failure_code=None,
        failure=None,
        created_at=at,
        started_at=None,
        ended_at=None,
        run_started_at=None,
        run_good=0,
    )
