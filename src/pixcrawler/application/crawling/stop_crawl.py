"""Stopping a crawl job."""

from dataclasses import dataclass

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCrawl:
    """Cancel the job. Workers notice by their heartbeat; what they bring after that is not written."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, job_id: CrawlJobId, *, by: Actor) -> None:
        """Raises CrawlJobNotFound or WrongJobState."""
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            events = job.stop(at=self.clock.now())
            job.count(rejected=await tx.chunks.cancel_unfinished(job.id))
            await tx.crawl_jobs.save(job)
            tx.record(*events, owner=job.owner_id, lane=job.lane)
            await tx.commit()
