"""Stopping a crawl job."""

from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.jobs import JobTasks
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.once import Once


@use_case
class StopCrawl:
    """Cancel the job. Workers notice by their heartbeat; what they bring after that is not written."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, job_id: CrawlJobId, *, by: Actor, once: Once | None = None) -> JobTasks:
        """The tasks that it begins.

        Raises ScopeMissing, CrawlJobNotFound, WrongJobState, and what ``Answers`` raises.
        """
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=JobTasks)) is not None:
                return earlier
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            at = self.clock.now()
            events = job.stop(at=at)
            job.count(rejected=await tx.chunks.cancel_unfinished(job.id))
            await tx.crawl_jobs.save(job)
            tx.record(*events, owner=job.owner_id, lane=job.lane)
            await tx.job_log.add(log.stopped(job, at=at))
            begun = JobTasks(job.id, job.status, tx.task_ids)
            note(tx, Act.JOB_STOPPED, job, by=by)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun
