"""Task: decide once, by rank, which good images stay, and complete the job."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from pixcrawler.application.crawling.advance import go_on
from pixcrawler.application.crawling.comparison import Comparison, compared, grouped
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repositories import JobRecord, Verdict
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.events import JobFilled, LabellingOpened
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Settlement, settle
from pixcrawler.domain.crawling.spec import DedupScope
from pixcrawler.domain.imaging.labels import NO_MODEL, ModelRules
from pixcrawler.domain.shared.ids import ImageId


class _Case(msgspec.Struct, frozen=True):
    """All that a decision rests on. ``others`` names the owner's other completed jobs."""

    record: JobRecord
    others: str
    known: list[KnownPicture]


class _Decision(msgspec.Struct, frozen=True):
    case: _Case
    comparison: Comparison
    settlement: Settlement


@use_case
class SettleJob:
    """Find near-duplicates and decide before the job is locked; write the decision under the lock.

    The decision rests on closed chunks, which do not change within a run, and on the owner's other
    completed jobs. When one of these came or went meanwhile, it is decided anew: of two jobs that find the
    same picture, the first to settle has it.
    """

    transaction: Transaction
    near_duplicates: NearDuplicates
    clock: Clock
    rules: ModelRules = NO_MODEL

    async def __call__(self, filled: JobFilled, *, lease: Lease) -> None:
        while not await self._settled(filled, lease):
            pass

    async def _settled(self, filled: JobFilled, lease: Lease) -> bool:
        """False when other jobs of the owner changed meanwhile."""
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.get(filled.job_id)
            if not job.works_on(filled.run):
                return True
            case = await self._case(tx, job)
        decision = await asyncio.to_thread(self._decide, job, case)

        async def write(tx: UnitOfWork) -> bool:
            return await self._write(tx, filled, decision, lease)

        return await self.transaction.repeated(write, fenced_by=lease)

    async def _case(self, tx: UnitOfWork, job: CrawlJob) -> _Case:
        others = await tx.known_pictures.others(job)
        record = await tx.candidates.record_of(job)
        known: list[KnownPicture] = []
        if others:
            phashes, bits = self.near_duplicates.sought(record.prints, job.spec.dedup)
            digests = [picture.digest for picture in record.pictures]
            known = await tx.known_pictures.alike(job, digests, phashes, bits)
        return _Case(record, others, known)

    def _decide(self, job: CrawlJob, case: _Case) -> _Decision:
        record = case.record
        comparison = compared(record, case.known, self.near_duplicates, job.spec.dedup)
        settlement = settle(
            job.max_images,
            record.records,
            record.pictures,
            comparison.near,
            job.spec.quotas,
            had=comparison.known if job.spec.dedup_scope is DedupScope.OWNER else (),
            labels=job.spec.labelling,
        )
        return _Decision(case, comparison, settlement)

    async def _write(self, tx: UnitOfWork, filled: JobFilled, decision: _Decision, lease: Lease) -> bool:
        job = await tx.crawl_jobs.locked(filled.job_id)
        if job.works_on(filled.run):
            await tx.known_pictures.hold(job.owner_id)
            if await tx.known_pictures.others(job) != decision.case.others:
                return False
            if decision.settlement.decided:
                await self._complete(tx, job, decision)
            else:
                job.go_on(decision.settlement.lost)
                at = self.clock.now()
                await tx.job_log.add(log.looked_on(job, at=at))
                await go_on(tx, job, decision.settlement.lacking, at=at)
            await tx.crawl_jobs.save(job)
        await tx.commit(closing=lease)
        return True

    async def _complete(self, tx: UnitOfWork, job: CrawlJob, decision: _Decision) -> None:
        record, settlement = decision.case.record, decision.settlement
        images, candidates = record.images, record.candidates
        kept = (
            Verdict(
                image=images[k.picture], candidate=candidates[k.candidate], chunk=k.chunk, keyword=k.keyword
            )
            for k in settlement.kept
        )
        holders = ((images[picture], candidates[one]) for picture, one in settlement.holders.items())
        near = {images[loser]: images[leader] for loser, leader in settlement.near.items()}
        near |= {images[mine]: copies[0].image for mine, copies in _had(job, decision).items()}
        contested = [images[picture] for picture in settlement.contested]
        reasons = await tx.candidates.settle(job, kept, holders, near, contested)
        await self._label(tx, job, {images[k.picture]: k.labels for k in settlement.kept if k.labels})
        await self._link(tx, job, decision, near)
        at = self.clock.now()
        errors = [q.error for q in await tx.queries.of_job(job.id) if q.status is QueryStatus.FAILED]
        events = job.complete(accepted=len(settlement.kept), reasons=reasons, at=at)
        if job.found == 0 and errors:
            events = job.fail("SOURCE_ERROR", _told(errors), at=at)
        await self._show(tx, job, at=at)
        found = Counter(job.spec.keywords[k.keyword].label for k in settlement.kept)
        for line in (*log.short(job, found, at=at), log.ended(job, at=at)):
            await tx.job_log.add(line)
        await tx.chunks.cancel_unfinished(job.id)
        tx.record(*events, owner=job.owner_id, lane=job.lane)

    async def _show(self, tx: UnitOfWork, job: CrawlJob, *, at: datetime) -> None:
        """Have a model look at what stays, if there is one; versions wait for it."""
        if self.rules.most and job.status is JobStatus.COMPLETED and job.accepted:
            await tx.labels.open(job)
            opened = LabellingOpened(at=at, job_id=job.id, run=job.run)
            tx.record(opened, owner=job.owner_id, lane=job.lane)
        elif job.run > 1:
            await tx.labels.close(job)

    async def _label(self, tx: UnitOfWork, job: CrawlJob, labels: dict[ImageId, tuple[str, ...]]) -> None:
        """Write down how the images were found. What people and models said before a retry still counts."""
        await tx.labels.found(job, labels)
        if job.run > 1:
            said = await tx.labels.said(job)
            several = job.spec.conflicts is Conflicts.MULTI
            await tx.labels.choose(self.rules.choices(said, several=several))

    async def _link(
        self, tx: UnitOfWork, job: CrawlJob, decision: _Decision, near: dict[ImageId, ImageId]
    ) -> None:
        """Copies become groups: those that were dropped with what stays, and what stays with other jobs'."""
        images = decision.case.record.images
        others = decision.comparison.known
        linked = {k.picture for k in decision.settlement.kept if k.picture in others} | set(
            _had(job, decision)
        )
        same = list(near.items())
        known: dict[ImageId, KnownPicture] = {}
        for mine in sorted(linked):
            for copy in others[mine]:
                same.append((images[mine], copy.image))
                known[copy.image] = copy
        if same:
            fresh, merged = grouped(same, known)
            await tx.known_pictures.group(job.owner_id, fresh, merged)


def _had(job: CrawlJob, decision: _Decision) -> dict[int, Sequence[KnownPicture]]:
    """Pictures that were dropped for those of other jobs, the best of these first."""
    if job.spec.dedup_scope is not DedupScope.OWNER:
        return {}
    considered = decision.settlement.holders
    return {mine: copies for mine, copies in decision.comparison.known.items() if mine in considered}


def _told(errors: Sequence[str | None]) -> str:
    """The different sentences, each once."""
    return " ".join(dict.fromkeys(error for error in errors if error))
