"""A schedule: a crawl that is repeated."""

from datetime import datetime
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.cadence import Cadence
from pixcrawler.domain.crawling.errors import InvalidSchedule
from pixcrawler.domain.crawling.spec import JobSpec, check_targets, checked_job_name, checked_max_images
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, ScheduleId, UserId

PATIENCE = 5
"""Failures in a row after which a schedule is switched off."""
MOST_RUNS = 100_000


class ScheduleDue(Event, frozen=True, kw_only=True, tag="crawling.schedule_due"):
    """Its next job is to be made and started. ``due_at`` is when that should have been."""

    schedule_id: ScheduleId
    due_at: datetime

    @property
    def subject_id(self) -> UUID | None:
        return self.schedule_id


class ScheduleFailed(Event, frozen=True, kw_only=True, tag="crawling.schedule_failed"):
    """A due job could not be begun; ``failures`` in a row. ``disabled``: it will not be tried again."""

    schedule_id: ScheduleId
    code: str
    reason: str
    failures: int
    disabled: bool


class Schedule(msgspec.Struct, kw_only=True):
    """Makes the same job again and again.

    ``job_id`` is the job that it was made from, if it was. Each run makes a job of ``spec`` and
    ``max_images``. It is due at ``next_at``; None while it is off, or when it has ended: after ``max_runs``
    jobs, or at ``ends_at``. ``last_due_at`` is the due time that was last seen to; earlier ones are void.
    ``failures`` counts those in a row, ``last_failure`` is of the last one.
    """

    id: ScheduleId
    owner_id: UserId
    project_id: ProjectId
    name: str
    job_id: CrawlJobId | None
    max_images: int
    spec: JobSpec
    cadence: Cadence
    enabled: bool
    next_at: datetime | None
    ends_at: datetime | None
    max_runs: int | None
    runs: int
    last_due_at: datetime | None
    last_job_id: CrawlJobId | None
    failures: int
    last_failure_code: str | None
    last_failure: str | None
    version: int
    created_at: datetime
    updated_at: datetime

    def plan(self, *, at: datetime, first: datetime | None = None) -> None:
        """When it is due next, from now on or from ``first`` on. Raises InvalidSchedule for one that would
        never run."""
        self.next_at = None
        if not self.enabled:
            return
        if self.max_runs is not None and self.runs >= self.max_runs:
            message = f"It has made {self.runs} jobs, and max_runs is {self.max_runs}: it would make no more."
            raise InvalidSchedule(message, field="max_runs")
        due = self.cadence.first(at) if first is None else first
        if self.ends_at is not None and due > self.ends_at:
            message = f"It would be due at {due:%Y-%m-%d %H:%M} UTC, and ends before that."
            raise InvalidSchedule(message, field="ends_at")
        self.next_at = due

    def take(self, *, at: datetime) -> tuple[Event, ...]:
        """It is due: this is the only time that this due time is handed out. Missed ones become one."""
        assert self.next_at is not None
        due = self.next_at
        self.next_at = self.cadence.after(due, at)
        if self.ends_at is not None and self.next_at > self.ends_at:
            self._end()
        return (ScheduleDue(at=at, schedule_id=self.id, due_at=due),)

    def has_seen_to(self, due: datetime) -> bool:
        return self.last_due_at is not None and due <= self.last_due_at

    def began(self, job: CrawlJobId, *, due: datetime) -> None:
        """This due time's job runs."""
        self.last_due_at = due
        self.last_job_id = job
        self.runs += 1
        self.failures = 0
        self.last_failure = self.last_failure_code = None
        if self.max_runs is not None and self.runs >= self.max_runs:
            self._end()

    def failed(self, code: str, sentence: str, *, due: datetime, at: datetime) -> tuple[Event, ...]:
        """This due time's job could not be begun. After ``PATIENCE`` of them in a row it is off."""
        self.last_due_at = due
        self.failures += 1
        self.last_failure_code = code
        self.last_failure = sentence
        disabled = self.enabled and self.failures >= PATIENCE
        if disabled:
            self._end()
        failed = ScheduleFailed(
            at=at,
            schedule_id=self.id,
            code=code,
            reason=sentence,
            failures=self.failures,
            disabled=disabled,
        )
        return (failed,)

    def check(self) -> None:
        """Raises InvalidSchedule, InvalidJob."""
        self.name = checked_job_name(self.name)
        self.cadence.check()
        check_targets(self.spec, checked_max_images(self.max_images))
        if self.max_runs is not None and not 1 <= self.max_runs <= MOST_RUNS:
            raise InvalidSchedule(f"max_runs is 1 to {MOST_RUNS:,}.", field="max_runs")

    def _end(self) -> None:
        self.enabled = False
        self.next_at = None
