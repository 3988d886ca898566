"""Retrying a crawl job."""

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.crawling.moving import move
from pixcrawler.application.crawling.room import must_have_room
from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.jobs import JobTasks
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.query import new_queries
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.reasons import RETRYABLE


@use_case
class RetryCrawl:
    """A new run for what is not done and what failed for a retryable reason; the rest stays as it is.

    A job that was stopped before it began begins now. ``lane`` moves the job to other workers (a command
    line that resumes has its own).
    """

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
            events = job.retry(at=at)
            move(job, lane)
            await must_have_room(tx, job, by=by)
            job.reasons = dict(await tx.chunks.reopen(job.id, sorted(RETRYABLE)))
            job.lost = [0] * len(job.spec.keywords)
            queries = await tx.queries.of_job(job.id)
            for query in queries:
                query.reopen()
                await tx.queries.save(query)
            if not queries:
                await tx.queries.add_all(new_queries(job.id, job.spec, self.new_id))
            await advance(tx, job, at=at)
            await tx.crawl_jobs.save(job)
            tx.record(*events, owner=job.owner_id, lane=job.lane)
            await tx.job_log.add(log.retried(job, at=at))
            begun = JobTasks(job.id, job.status, tx.task_ids)
            note(tx, Act.JOB_RETRIED, job, by=by)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun
