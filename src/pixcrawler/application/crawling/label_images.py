"""Task: have a vision model look at a completed job's images, before a dataset is made of them."""

import asyncio
import os
from collections.abc import Sequence

from pixcrawler.application.crawling.end_labelling import end_labelling, is_current
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.inspector import Thumbnails, Unreadable
from pixcrawler.application.ports.labeler import Judged, Labeler, NotJudged
from pixcrawler.application.ports.labels import ToJudge
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.waiting import together
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.events import LabellingOpened
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import Label, LabelSource, ModelRules
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import ImageId

SIDE = 512
"""Pixels; what models look at anyway, and far less than the picture itself."""
BATCH = 32
"""Images that are asked about between two commits."""
MOST_CLASSES = 500


class LabelerAway(Unavailable):
    """Nobody answers. The task is tried again later, and then given up; labels stay as they were found."""

    code = "LABELER_AWAY"


class _Room:
    """``at_once`` pictures of a batch at the same time. When so many in a row get no answer, the rest of the
    batch is not sent: each would wait as long, for nothing."""

    def __init__(self, at_once: int) -> None:
        self.places = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._unheard: list[NotJudged] = []

    @property
    def silent(self) -> NotJudged | None:
        return self._unheard[0] if len(self._unheard) >= self._at_once else None

    def heard(self, said: Judged | NotJudged) -> Judged | NotJudged:
        if isinstance(said, NotJudged) and said.away:
            self._unheard.append(said)
        else:
            self._unheard.clear()
        return said


@use_case
class LabelImages:
    """Rows are the checkpoint: who is asked about already is not asked again.

    What may be sent is reserved before it is sent, in a transaction that the lease fences. So over all
    repeats, lost workers and retries no job sends more than ``rules.most`` pictures; one that was reserved
    and not answered counts as sent. ``labeler`` None: the model was switched off meanwhile.
    """

    transaction: Transaction
    store: ObjectStore
    thumbnails: Thumbnails
    labeler: Labeler | None
    rules: ModelRules
    clock: Clock

    async def __call__(self, opened: LabellingOpened, *, lease: Lease) -> None:
        """Raises LabelerAway."""
        why = None if self.labeler is None else await self._all(self.labeler, opened, lease)
        if not lease.draining:
            await end_labelling(self.transaction, opened, lease, at=self.clock.now(), why=why)

    async def _all(self, labeler: Labeler, opened: LabellingOpened, lease: Lease) -> str | None:
        """Why not one of the answers could be used, if there were some."""
        tried: list[ImageId] = []
        useless: list[NotJudged] = []
        while not lease.draining:
            job, batch, classes = await self._reserved(labeler, opened, tried, lease)
            if not batch:
                break
            room = _Room(self.rules.at_once)
            asked = (self._judged(labeler, one, classes, room) for one in batch)
            answers = dict(zip((one.image for one in batch), await together(*asked), strict=True))
            tried += answers
            await self._record(labeler, job, answers, lease)
            failed = [said for said in answers.values() if isinstance(said, NotJudged)]
            if len(failed) == len(answers) and all(said.away for said in failed):
                raise LabelerAway(f"{failed[0].why} Pictures keep the labels that they were found with.")
            useless += failed
        return useless[0].why if useless and len(useless) == len(tried) else None

    async def _reserved(
        self, labeler: Labeler, opened: LabellingOpened, tried: Sequence[ImageId], lease: Lease
    ) -> tuple[CrawlJob, list[ToJudge], list[str]]:
        async with self.transaction(fenced_by=lease) as tx:
            job = await tx.crawl_jobs.locked(opened.job_id)
            if not is_current(job, opened):
                return job, [], []
            classes = await tx.labels.classes(job)
            if not 2 <= len(classes) <= MOST_CLASSES:
                return job, [], classes
            wanted = await tx.labels.to_judge(job, labeler.model, besides=tried, most=BATCH)
            granted = await tx.labels.reserve(job, len(wanted), most=self.rules.most)
            await tx.commit()
        return job, wanted[:granted], classes

    async def _judged(
        self, labeler: Labeler, one: ToJudge, classes: Sequence[str], room: _Room
    ) -> Judged | NotJudged:
        async with room.places:
            if room.silent is not None:
                return room.silent
            try:
                descriptor = await self.store.open_for_reading(one.key)
            except ObjectMissing:
                return NotJudged("Its file is gone.", away=False)
            try:
                thumbnail = await self.thumbnails.thumbnail(descriptor, SIDE)
            finally:
                os.close(descriptor)
            if isinstance(thumbnail, Unreadable):
                return NotJudged("It cannot be made small.", away=False)
            return room.heard(await labeler.judge(thumbnail, classes))

    async def _record(
        self, labeler: Labeler, job: CrawlJob, answers: dict[ImageId, Judged | NotJudged], lease: Lease
    ) -> None:
        rows = {
            image: Label(said.label, LabelSource.MODEL, 0, said.confidence, labeler.model)
            for image, said in answers.items()
            if isinstance(said, Judged)
        }

        async def write(tx: UnitOfWork) -> None:
            await tx.crawl_jobs.locked(job.id)
            standing = await tx.labels.said_of(list(rows))
            known = {image: row for image, row in rows.items() if image in standing}
            await tx.labels.by_model(known, at=self.clock.now())
            several = job.spec.conflicts is Conflicts.MULTI
            said = {image: [*labels, known[image]] for image, labels in standing.items()}
            await tx.labels.choose(self.rules.choices(said, several=several))
            await tx.commit()

        await self.transaction.repeated(write, fenced_by=lease)
