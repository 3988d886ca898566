"""Task's end: a chunk that failed for good."""

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.events import ChunkOpened
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.errors import StorageFull
from pixcrawler.domain.shared.reasons import Reason


@use_case
class FailChunk:
    """Reject what was left of the chunk, for a retryable reason. A full disk fails the whole job."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, opened: ChunkOpened, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            job = await tx.crawl_jobs.locked(opened.job_id)
            if job.works_on(opened.run):
                await self._fail(tx, job, opened, error)
                await tx.crawl_jobs.save(job)
            await tx.commit(closing=lease)

    async def _fail(self, tx: UnitOfWork, job: CrawlJob, opened: ChunkOpened, error: Exception) -> None:
        chunk = await tx.chunks.locked(opened.chunk_id)
        full = isinstance(error, StorageFull)
        reason = Reason.STORAGE_FULL if full else Reason.INTERNAL
        rejected = await tx.candidates.fail_chunk(chunk.id, reason, type(error).__name__)
        chunk.record(done=sum(rejected.values()), good=0, last=False)
        chunk.status = ChunkStatus.FAILED
        job.count(rejected=rejected)
        await tx.chunks.save(chunk)
        at = self.clock.now()
        if full:
            events = job.fail(StorageFull.code, str(error), at=at)
            tx.record(*events, owner=job.owner_id, lane=job.lane)
            job.count(rejected=await tx.chunks.cancel_unfinished(job.id))
            await tx.job_log.add(log.ended(job, at=at))
        else:
            await tx.job_log.add(log.chunk_failed(job, rejected=sum(rejected.values()), at=at))
            await advance(tx, job, at=at)
