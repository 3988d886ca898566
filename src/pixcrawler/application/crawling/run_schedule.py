"""Task: make and start a schedule's next job."""

from pixcrawler.application.crawling.fail_schedule import keep_failure
from pixcrawler.application.crawling.making import begin, check_request, held_to, must_be_active
from pixcrawler.application.crawling.room import must_have_room
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.source import Sources
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.crawling.job import SHARED, CrawlJob, new_job
from pixcrawler.domain.crawling.schedule import Schedule, ScheduleDue
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import DomainError, LeaseLost, Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds


@use_case
class RunSchedule:
    """As its owner, by the rules that hold for them now: the job, its first tasks and the end of this task
    are one commit. What stands in the way is kept with the schedule, and its owner is told."""

    transaction: Transaction
    sources: Sources
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(self, due: ScheduleDue, *, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            schedule = await tx.schedules.locked(due.schedule_id)
            if not schedule.has_seen_to(due.due_at):
                job = await self._begun(tx, schedule)
                schedule.began(job.id, due=due.due_at)
                await tx.schedules.save(schedule)
            await tx.commit(closing=lease)

        try:
            await self.transaction.repeated(write, fenced_by=lease)
        except ScheduleNotFound:
            return
        except (LeaseLost, Unavailable):
            raise
        except DomainError as error:
            await keep_failure(self.transaction, self.clock, due, error, lease=lease)

    async def _begun(self, tx: UnitOfWork, schedule: Schedule) -> CrawlJob:
        project = await tx.projects.get(schedule.project_id)
        must_be_active(project)
        check_request(self.sources, schedule.spec)
        owner = (await tx.profiles.get(schedule.owner_id)).actor
        job = self._new(schedule)
        await must_have_room(tx, job, by=owner)
        await tx.crawl_jobs.add(job)
        await tx.job_log.add(log.created(job, at=job.created_at))
        events = job.start(at=job.created_at)
        await begin(tx, job, events, at=job.created_at, new_id=self.new_id)
        self._note(tx, job, schedule, by=owner)
        return job

    def _note(self, tx: UnitOfWork, job: CrawlJob, schedule: Schedule, *, by: Actor) -> None:
        about = {"project_id": job.project_id, "schedule_id": schedule.id}
        for act in (Act.JOB_CREATED, Act.JOB_STARTED):
            tx.audit(act, job.id, by=by, owner=job.owner_id, name=job.name, **about)

    def _new(self, schedule: Schedule) -> CrawlJob:
        return new_job(
            CrawlJobId(self.new_id()),
            owner=schedule.owner_id,
            project=schedule.project_id,
            name=schedule.name,
            spec=held_to(schedule.spec, self.thresholds),
            max_images=schedule.max_images,
            lane=SHARED,
            at=self.clock.now(),
        )
