"""Creating a schedule."""

from datetime import datetime
from uuid import UUID

import msgspec

from pixcrawler.application.crawling.create_crawl import Draft, NewCrawl
from pixcrawler.application.crawling.making import (
    check_request,
    held_to,
    must_be_active,
    project_and_defaults,
)
from pixcrawler.application.crawling.written import note_schedule
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.schedules import ScheduleDetail, detail_of
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.cadence import Cadence
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ScheduleId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds


class NewSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule that somebody wants: of the crawl ``wanted``, or of the job with this id. Without a name it
    has the job's; without ``starts_at`` it is first due after one interval."""

    wanted: NewCrawl | Draft | CrawlJobId
    cadence: Cadence
    name: str | None = None
    enabled: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    max_runs: int | None = None


@use_case
class CreateSchedule:
    """Its request is checked now as a job's is, and again each time that it is due."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(self, command: NewSchedule, *, by: Actor, once: Once | None = None) -> ScheduleDetail:
        """Raises ScopeMissing, InvalidSchedule, CrawlJobNotFound, what ``CreateCrawl`` raises of the request
        and its project, and what ``Answers`` raises."""
        by.must(WRITE)
        command.cadence.check()
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ScheduleDetail)) is not None:
                return earlier
            wanted = await _wanted(tx, command, by=by)
            project, defaults = await project_and_defaults(tx, wanted.project_id, by=by)
            must_be_active(project)
            if isinstance(wanted, Draft):
                wanted = wanted.filled(defaults)
            check_request(self.sources, wanted.spec)
            schedule = self._new(command, wanted, project)
            await tx.schedules.add(schedule)
            note_schedule(tx, Act.SCHEDULE_CREATED, schedule, by=by)
            made = detail_of(schedule)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made

    def _new(self, command: NewSchedule, wanted: NewCrawl, project: Project) -> Schedule:
        at = self.clock.now()
        schedule = Schedule(
            id=ScheduleId(self.new_id()),
            owner_id=project.owner_id,
            project_id=project.id,
            name=command.name or wanted.name,
            job_id=command.wanted if isinstance(command.wanted, UUID) else None,
            max_images=wanted.max_images,
            spec=held_to(wanted.spec, self.thresholds),
            cadence=command.cadence.from_time(command.starts_at or at),
            enabled=command.enabled,
            next_at=None,
            ends_at=command.ends_at,
            max_runs=command.max_runs,
            runs=0,
            last_due_at=None,
            last_job_id=None,
            failures=0,
            last_failure_code=None,
            last_failure=None,
            version=1,
            created_at=at,
            updated_at=at,
        )
        schedule.check()
        schedule.plan(at=at, first=command.starts_at)
        return schedule


async def _wanted(tx: UnitOfWork, command: NewSchedule, *, by: Actor) -> NewCrawl | Draft:
    if isinstance(command.wanted, NewCrawl | Draft):
        return command.wanted
    missing = CrawlJobNotFound(f"There is no crawl job {command.wanted}.", field="job_id")
    try:
        job = await tx.crawl_jobs.get(command.wanted)
    except CrawlJobNotFound as error:
        raise missing from error
    if not by.may_see(job.owner_id):
        raise missing
    return NewCrawl(project_id=job.project_id, name=job.name, spec=job.spec, max_images=job.max_images)
