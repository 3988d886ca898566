"""Task: fetch a chunk's candidates, look at them, record their fates."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import field

from pixcrawler.application.crawling.advance import advance
from pixcrawler.application.crawling.look import Fate, Looking
from pixcrawler.application.crawling.recognition import Recognitions
from pixcrawler.application.crawling.stages import in_batches, in_parallel
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.fetcher import Fetched, Fetcher, Missed
from pixcrawler.application.ports.inspector import Inspector
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.repositories import Bad, Good, PendingCandidate
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.events import ChunkOpened
from pixcrawler.domain.crawling.job import CrawlJob

WIDTH = 32
"""Candidates of one chunk that are fetched at once; the fetcher bounds all chunks of the process together."""
SLOW = 1.0
"""Seconds after which one that waits for its host no longer counts among these."""
LOOKED_AT = 64
"""Files of one chunk that wait for their look. They are on disk, and asked about together."""
MOST = 200
SECONDS = 1.5


@use_case
class RunChunk:
    """Bring a chunk's unfinished candidates to their fates, a batch at a time.

    A repeat after a crash takes only candidates that have no fate yet. When the worker is asked to end,
    what is in flight is finished and recorded, and the task goes back as it was.
    """

    transaction: Transaction
    fetcher: Fetcher
    inspector: Inspector
    store: ObjectStore
    clock: Clock
    new_id: NewId
    _recognitions: Recognitions = field(default_factory=Recognitions, init=False, repr=False)

    async def __call__(self, opened: ChunkOpened, *, lease: Lease) -> None:
        """Raises StorageFull, or Unavailable when the database stays away."""
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.get(opened.job_id)
            pending = await tx.candidates.pending_of(opened.chunk_id) if job.works_on(opened.run) else []
        if not job.works_on(opened.run):
            return
        left = len(pending)
        async with (
            aclosing(self._fates(job, pending, lease)) as fates,
            aclosing(in_batches(fates, most=MOST, seconds=SECONDS)) as batches,
        ):
            async for batch in batches:
                left -= len(batch)
                await self._record(opened, batch, lease, last=left == 0)
                if lease.closed:
                    return
        assert left == 0 or lease.draining, f"{left} candidates have no fate: the task must not be closed"
        if left == 0 and not lease.closed:
            await self._record(opened, [], lease, last=True)

    async def _fates(
        self, job: CrawlJob, pending: Sequence[PendingCandidate], lease: Lease
    ) -> AsyncGenerator[Fate, None]:
        recognition = self._recognitions.of(self.transaction, job.owner_id, job.spec.validation)
        looking = Looking(job, recognition, self.inspector, self.store, self.new_id)
        fetched = in_parallel(_until_draining(pending, lease), self._fetch, width=WIDTH, slow_after=SLOW)
        looked = in_parallel(fetched, looking.look, width=LOOKED_AT)
        async with aclosing(fetched), aclosing(looked):
            async for fate in looked:
                yield fate

    async def _fetch(self, candidate: PendingCandidate) -> tuple[PendingCandidate, Fetched | Missed]:
        return candidate, await self.fetcher.fetch(candidate.url)

    async def _record(self, opened: ChunkOpened, batch: Sequence[Fate], lease: Lease, *, last: bool) -> None:
        good = [fate for fate in batch if isinstance(fate, Good)]
        bad = [fate for fate in batch if isinstance(fate, Bad)]

        async def write(tx: UnitOfWork) -> None:
            job = await tx.crawl_jobs.locked(opened.job_id)
            if not job.works_on(opened.run):
                await tx.commit(closing=lease)
                return
            chunk = await tx.chunks.locked(opened.chunk_id)
            recorded = await tx.candidates.record(job, chunk.id, good, bad)
            chunk.record(done=recorded.done, good=recorded.good, last=last)
            await tx.chunks.save(chunk)
            job.count(good=recorded.good, rejected=recorded.rejected)
            if last:
                await advance(tx, job, at=self.clock.now())
            await tx.crawl_jobs.save(job)
            await tx.commit(closing=lease if last else None)

        await asyncio.shield(self.transaction.repeated(write, fenced_by=lease, in_turn=opened.job_id))


async def _until_draining(
    candidates: Sequence[PendingCandidate], lease: Lease
) -> AsyncIterator[PendingCandidate]:
    for candidate in candidates:
        if lease.draining:
            return
        yield candidate
    lease.step_aside()  # the rest is waiting, which a few slow hosts can make long
