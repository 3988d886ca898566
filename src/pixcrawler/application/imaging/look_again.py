"""Task: look at the stored pictures of a chunk, and write down what is seen."""

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from pixcrawler.application.imaging.opening import keep
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import Inspector, Unreadable
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.validations import StoredPicture
from pixcrawler.application.ports.waiting import to_the_end, together
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.judgement import Judgement, damaged, judged, unreadable
from pixcrawler.domain.imaging.rules import Rules, rules_of
from pixcrawler.domain.imaging.validation import (
    RunMode,
    Tally,
    ValidationChunkOpened,
    ValidationRun,
)
from pixcrawler.domain.shared.errors import code_of, told
from pixcrawler.domain.shared.ids import CrawlJobId, ImageId
from pixcrawler.domain.shared.reasons import Reason

BATCH = 50
"""Pictures between two commits."""
AT_ONCE = 8
"""Files of a chunk that are open together."""
BLOCK = 1 << 20


class _Batch(NamedTuple):
    """The next ones of a chunk that are not done, from number ``start`` on. ``pictures`` are those of them
    that are still there."""

    run: ValidationRun
    job: CrawlJobId
    start: int
    images: tuple[ImageId, ...]
    pictures: list[StoredPicture]
    rules: Rules


@use_case
class LookAgain:
    """Results, counts and how far the chunk is are one commit, so each picture is counted once, whatever
    dies meanwhile. Nothing that a job has decided changes; see ``RunMode`` for what does."""

    transaction: Transaction
    store: ObjectStore
    inspector: Inspector
    clock: Clock

    async def __call__(self, opened: ValidationChunkOpened, *, lease: Lease) -> None:
        """Raises Unavailable when the store or the database stays away."""
        try:
            await self._batches(opened, lease)
        except ValidationNotFound:  # who asked for it is gone
            return

    async def _batches(self, opened: ValidationChunkOpened, lease: Lease) -> None:
        while not (lease.closed or lease.draining):
            if (batch := await self._next(opened)) is None:
                return
            await self._record(opened, batch, await self._seen(batch), lease)

    async def _next(self, opened: ValidationChunkOpened) -> _Batch | None:
        """None when there is nothing left. Raises ValidationNotFound."""
        async with self.transaction() as tx:
            chunk = await tx.validation_chunks.get(opened.chunk_id)
            run = await tx.validations.get(opened.validation_id)
            if not (images := chunk.left[:BATCH]):
                return None
            try:
                size = (await tx.crawl_jobs.get(chunk.job_id)).spec.rules
                rules = rules_of(size.min_size, size.max_size, size.file_types)
            except CrawlJobNotFound:
                rules = Rules()
            pictures = await tx.looks.stored(images)
        return _Batch(run, chunk.job_id, chunk.done, images, pictures, rules)

    async def _seen(self, batch: _Batch) -> dict[ImageId, Judgement]:
        room = asyncio.Semaphore(AT_ONCE)
        looks = (self._look(picture, batch, room) for picture in batch.pictures)
        images = (picture.image for picture in batch.pictures)
        return dict(zip(images, await together(*looks), strict=True))

    async def _look(self, picture: StoredPicture, batch: _Batch, room: asyncio.Semaphore) -> Judgement:
        async with room:
            try:
                descriptor = await self.store.open_for_reading(picture.key)
            except ObjectMissing:
                return damaged(Reason.FILE_MISSING, "nothing is stored under its key")
            try:
                digest = await to_the_end(partial(_sha256, descriptor))
                if digest != picture.sha256:
                    return damaged(Reason.DIGEST_MISMATCH, f"sha256 is {digest}")
                facts = await self.inspector.inspect(_Opened(descriptor), batch.run.level)
            finally:
                os.close(descriptor)
        if isinstance(facts, Unreadable):
            return unreadable(facts.reason, facts.evidence)
        return judged(facts, batch.rules, batch.run.thresholds)

    async def _record(
        self,
        opened: ValidationChunkOpened,
        batch: _Batch,
        seen: Mapping[ImageId, Judgement],
        lease: Lease,
    ) -> None:
        async def write(tx: UnitOfWork) -> None:
            await _hold_job(tx, batch.job)
            run = await tx.validations.locked(opened.validation_id)
            chunk = await tx.validation_chunks.locked(opened.chunk_id)
            if chunk.done == batch.start:
                chunk.done += len(batch.images)
                tally = await self._written(tx, run, batch, seen)
                run.record(tally, last=not chunk.left, at=self.clock.now())
                await tx.validation_chunks.save(chunk)
                await keep(tx, run)
            await tx.commit(closing=None if chunk.left else lease)

        await asyncio.shield(self.transaction.repeated(write, fenced_by=lease))

    async def _written(
        self, tx: UnitOfWork, run: ValidationRun, batch: _Batch, seen: Mapping[ImageId, Judgement]
    ) -> Tally:
        there = {picture.image for picture in await tx.looks.stored(list(seen))}
        found = {image: judgement for image, judgement in seen.items() if image in there}
        at = self.clock.now()
        await tx.looks.record(run, found, at=at)
        poor = {image: one.reason for image, one in found.items() if one.reason is not None}
        kept_out = await tx.looks.quarantine(poor, at=at) if run.mode is RunMode.QUARANTINE else 0
        verdicts = Counter(judgement.verdict for judgement in found.values())
        return Tally(verdicts, gone=len(batch.images) - len(found), quarantined=kept_out)


@use_case
class FailLook:
    """Task's end: what was left of the chunk has no result; the rest of the run goes on."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, opened: ValidationChunkOpened, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            with suppress(ValidationNotFound):  # who asked for it is gone, or it is over
                await self._fail(tx, opened, error)
            await tx.commit(closing=lease)

    async def _fail(self, tx: UnitOfWork, opened: ValidationChunkOpened, error: Exception) -> None:
        run = await tx.validations.locked(opened.validation_id)
        chunk = await tx.validation_chunks.locked(opened.chunk_id)
        if left := len(chunk.left):
            run.fail_chunk(left, code_of(error), told(error), at=self.clock.now())
            chunk.done = len(chunk.images)
            await tx.validation_chunks.save(chunk)
            await keep(tx, run)


class _Opened:
    """A stored file, for whoever looks at it; the descriptor stays its opener's to close."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def open_for_reading(self) -> int:
        return os.dup(self._descriptor)


async def _hold_job(tx: UnitOfWork, job: CrawlJobId) -> None:
    """So that its pictures neither go nor change before the commit; harmless when it is gone."""
    try:
        await tx.crawl_jobs.locked(job)
    except CrawlJobNotFound:
        return


def _sha256(descriptor: int) -> str:
    """Of the whole file, whose offset stays where it is."""
    digest, offset = hashlib.sha256(), 0
    while piece := os.pread(descriptor, BLOCK, offset):
        digest.update(piece)
        offset += len(piece)
    return digest.hexdigest()
