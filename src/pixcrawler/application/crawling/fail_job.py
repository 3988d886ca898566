"""Task's end: a job that could not be settled."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import JobFilled
from pixcrawler.domain.shared.errors import code_of, told


@use_case
class FailJob:
    """The job is failed, with what it found kept for a retry."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, filled: JobFilled, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            job = await tx.crawl_jobs.locked(filled.job_id)
            if job.works_on(filled.run):
                job.count(rejected=await tx.chunks.cancel_unfinished(job.id))
                at = self.clock.now()
                events = job.fail(code_of(error), told(error), at=at)
                await tx.job_log.add(log.ended(job, at=at))
                await tx.crawl_jobs.save(job)
                tx.record(*events, owner=job.owner_id, lane=job.lane)
            await tx.commit(closing=lease)
