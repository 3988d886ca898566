"""Crawls that repeat."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.application.ports.jobs import JobRequest, request_of
from pixcrawler.application.ports.repositories import Repository
from pixcrawler.domain.crawling.cadence import Cadence
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, ScheduleId, UserId
from pixcrawler.domain.shared.paging import Found, Window


class Schedules(Repository[Schedule, ScheduleId], Protocol):
    async def due(self, at: datetime, *, most: int) -> Sequence[Schedule]:
        """Those of active projects that are due by then, the longest overdue first, locked until the unit of
        work ends. Those that somebody else has locked are left out."""
        ...


class ScheduleFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which schedules; all that may be seen without a condition."""

    project_id: ProjectId | None = None
    enabled: bool | None = None


class ScheduleDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule, whole; also a line of a list.

    ``job_id`` is the job that it was made from, ``last_job_id`` the last one that it made, of ``runs`` in
    all. ``next_at`` is null while it is off; in an archived project it waits until the project is active.
    ``failures`` counts those in a row, and ``last_failure`` says why the last one was one.
    """

    id: ScheduleId
    owner_id: UserId
    project_id: ProjectId
    name: str
    enabled: bool
    cadence: Cadence
    next_at: datetime | None
    ends_at: datetime | None
    max_runs: int | None
    runs: int
    job_id: CrawlJobId | None
    max_images: int
    request: JobRequest
    last_due_at: datetime | None
    last_job_id: CrawlJobId | None
    failures: int
    last_failure_code: str | None
    last_failure: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class ScheduleReads(Protocol):
    async def schedules(
        self, which: ScheduleFilter, window: Window, *, visible_to: Actor
    ) -> Found[ScheduleDetail]:
        """Newest first."""
        ...

    async def schedule(self, schedule_id: ScheduleId, *, visible_to: Actor) -> ScheduleDetail:
        """Raises ScheduleNotFound."""
        ...


def detail_of(schedule: Schedule) -> ScheduleDetail:
    same = (name for name in ScheduleDetail.__struct_fields__ if name != "request")
    return ScheduleDetail(
        **{name: getattr(schedule, name) for name in same}, request=request_of(schedule.spec)
    )
