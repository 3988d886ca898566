"""Starting a crawl job."""

from pixcrawler.application.crawling.making import begin
from pixcrawler.application.crawling.moving import move
from pixcrawler.application.crawling.room import must_have_room
from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.jobs import JobTasks
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.once import Once


@use_case
class StartCrawl:
    """Cut a pending job into queries and open its first searches. ``lane`` moves it to other workers."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(
        self, job_id: CrawlJobId, *, by: Actor, lane: str | None = None, once: Once | None = None
    ) -> JobTasks:
        """The tasks that it begins.

        Raises ScopeMissing, CrawlJobNotFound, WrongJobState, FolderNotAllowed, TooManyRunningJobs, and what
        ``Answers`` raises.
        """
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=JobTasks)) is not None:
                return earlier
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            at = self.clock.now()
            events = job.start(at=at)
            move(job, lane)
            await must_have_room(tx, job, by=by)
            await begin(tx, job, events, at=at, new_id=self.new_id)
            begun = JobTasks(job.id, job.status, tx.task_ids)
            note(tx, Act.JOB_STARTED, job, by=by)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun
