"""Asking that images which are named, or match a filter, are looked at again."""

from collections.abc import Sequence

import msgspec

from pixcrawler.application.imaging.opening import check_open, chunks_of, opened
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.images import ImageFilter, ImageReads
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.validation_reads import ValidationTasks, begun_by
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.imaging.errors import TooManyImages
from pixcrawler.domain.imaging.validation import MOST_NAMED, RunMode, ValidationRun, new_run
from pixcrawler.domain.shared.actor import READ, WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId, ValidationId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds, Validation

Files = dict[CrawlJobId, dict[ImageId, None]]
"""By job, in the order in which they were named, each once."""


class Matching(msgspec.Struct, frozen=True):
    """The images of a job that a filter finds, as far as they have a file."""

    job: CrawlJobId
    which: ImageFilter


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be looked at; ``level`` None is the default one of who asks."""

    images: tuple[CandidateId, ...] | Matching
    level: Validation | None = None
    mode: RunMode = RunMode.REPORT


@use_case
class RequestValidation:
    """All of the named images, or none: each must be there and have a file. One that is named twice, or is
    the same file as another of its job, is looked at once."""

    transaction: Transaction
    images: ImageReads
    clock: Clock
    new_id: NewId
    thresholds: Thresholds = DEFAULT_THRESHOLDS

    async def __call__(self, look: Look, *, by: Actor, once: Once | None = None) -> ValidationTasks:
        """The run, and the tasks that do it.

        Raises ScopeMissing, ImageNotFound, ImageHasNoFile, CrawlJobNotFound and TooManyImages for a filter,
        TooManyValidations, and what ``Answers`` raises.
        """
        by.must(WRITE)
        named = await self._matching(look.images, by) if isinstance(look.images, Matching) else look.images
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ValidationTasks)) is not None:
                return earlier
            await check_open(tx, by)
            run = await self._run(tx, look, await _files(tx, named, by), by)
            about = {"level": run.level.value, "images": run.images}
            tx.audit(Act.VALIDATION_REQUESTED, run.id, by=by, owner=by.id, **about)
            begun = begun_by(run, tx.task_ids)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun

    async def _run(self, tx: UnitOfWork, look: Look, files: Files, by: Actor) -> ValidationRun:
        at = self.clock.now()
        run = new_run(
            ValidationId(self.new_id()),
            owner=by.id,
            job=None,
            level=look.level or (await tx.validation_levels.of(by.id)).level,
            mode=look.mode,
            thresholds=self.thresholds,
            at=at,
        )
        chunks = [
            chunk
            for job, images in sorted(files.items())
            for chunk in chunks_of(run.id, job, tuple(images), self.new_id)
        ]
        run.add(images=sum(len(chunk.images) for chunk in chunks), chunks=len(chunks))
        run.end_cutting(at=at)
        await tx.validations.add(run)
        await opened(tx, run, chunks, at=at)
        return run

    async def _matching(self, wanted: Matching, by: Actor) -> tuple[CandidateId, ...]:
        by.must(READ)
        window = Window(size=MOST_NAMED)
        found = await self.images.of_job(wanted.job, wanted.which, window, visible_to=by)
        if found.total > MOST_NAMED:
            message = f"The filter finds more than {MOST_NAMED:,} images; narrow it, or name the whole job."
            raise TooManyImages(message, field="filter")
        return tuple(one.id for one in found.items if one.sha256 is not None)


async def _files(tx: UnitOfWork, named: Sequence[CandidateId], by: Actor) -> Files:
    there = await tx.looks.named(named)
    files: Files = {}
    for candidate in named:
        one = there.get(candidate)
        if one is None or not by.may_see(one.owner):
            raise ImageNotFound(f"There is no image {candidate}.")
        if one.image is None:
            raise ImageHasNoFile(f"Image {candidate} has no file that could be looked at.")
        files.setdefault(one.job, {})[one.image] = None
    return files
