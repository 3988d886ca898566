"""Task: decide once, by rank, which good images stay, and complete the job."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pixcrawler.application.crawling.advance import go_on
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repositories import JobRecord, Verdict
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import JobFilled
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Settlement, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleJob:
    """Find near-duplicates and decide before the job is locked; write the decision under the lock.

    The decision rests on closed chunks alone, which do not change within a run, so nothing that is
    recorded meanwhile can make it wrong.
    """

    transaction: Transaction
    near_duplicates: NearDuplicates
    clock: Clock

    async def __call__(self, filled: JobFilled, *, lease: Lease) -> None:
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.get(filled.job_id)
            if not job.works_on(filled.run):
                return
            record = await tx.candidates.record_of(job)
        settlement = await asyncio.to_thread(self._decide, job, record)

        async def write(tx: UnitOfWork) -> None:
            await self._write(tx, filled, record, settlement, lease)

        await self.transaction.repeated(write, fenced_by=lease)

    def _decide(self, job: CrawlJob, record: JobRecord) -> Settlement:
        near: dict[int, list[int]] = {}
        for one, other in self.near_duplicates.pairs(record.facts, job.spec.dedup):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
        return settle(job.max_images, record.records, record.pictures, near, job.spec.quotas)

    async def _write(
        self, tx: UnitOfWork, filled: JobFilled, record: JobRecord, settlement: Settlement, lease: Lease
    ) -> None:
        job = await tx.crawl_jobs.locked(filled.job_id)
        if job.works_on(filled.run):
            if settlement.decided:
                await self._complete(tx, job, record, settlement)
            else:
                job.go_on(settlement.lost)
                at = self.clock.now()
                await tx.job_log.add(log.looked_on(job, at=at))
                await go_on(tx, job, settlement.lacking, at=at)
            await tx.crawl_jobs.save(job)
        await tx.commit(closing=lease)

    async def _complete(
        self, tx: UnitOfWork, job: CrawlJob, record: JobRecord, settlement: Settlement
    ) -> None:
        images, candidates = record.images, record.candidates
        kept = [
            Verdict(
                image=images[k.picture], candidate=candidates[k.candidate], chunk=k.chunk, keyword=k.keyword
            )
            for k in settlement.kept
        ]
        holders = {images[picture]: candidates[one] for picture, one in settlement.holders.items()}
        near = {images[loser]: images[leader] for loser, leader in settlement.near.items()}
        reasons = await tx.candidates.settle(job, kept, holders, near)
        at = self.clock.now()
        errors = [q.error for q in await tx.queries.of_job(job.id) if q.status is QueryStatus.FAILED]
        events = job.complete(accepted=len(kept), reasons=reasons, at=at)
        if job.found == 0 and errors:
            events = job.fail("SOURCE_ERROR", _told(errors), at=at)
        await tx.job_log.add(log.ended(job, at=at))
        await tx.chunks.cancel_unfinished(job.id)
        tx.record(*events, owner=job.owner_id, lane=job.lane)


def _told(errors: Sequence[str | None]) -> str:
    """The different sentences, each once."""
    return " ".join(dict.fromkeys(error for error in errors if error))
