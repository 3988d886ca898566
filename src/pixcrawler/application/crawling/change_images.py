"""Saying the same of many images at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from pixcrawler.application.crawling.image_acts import (
    CopyReview,
    choose_labels,
    name_image,
    review_image,
    take_out_image,
)
from pixcrawler.application.crawling.name_image import checked_labels
from pixcrawler.application.crawling.written import note_image
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.validations import Named
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound, ImageNotFound, InvalidImagesChange
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import ModelRules
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import Conflict, NotFound
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId
from pixcrawler.domain.shared.once import Once

MOST = 500
"""Images of one request."""


class ImagesChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of ``images``. ``delete`` stands alone."""

    images: tuple[CandidateId, ...]
    review: CopyReview | None = None
    labels: tuple[str, ...] | None = None
    delete: bool = False

    def checked(self) -> "ImagesChange":
        """With tidy labels. Raises InvalidImagesChange unless it says something that goes together, and
        InvalidLabels."""
        if self.delete is (self.review is not None or self.labels is not None):
            message = "Say delete alone, or review, labels or both."
            raise InvalidImagesChange(message, field="delete" if self.delete else "review")
        labels = None if self.labels is None else checked_labels(self.labels)
        return msgspec.structs.replace(self, labels=labels)


class Outcome(StrEnum):
    """``unchanged``: it was so already."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ImageOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one image. One that `failed` is as it was; `error_code` and `detail` say why."""

    image_id: CandidateId
    outcome: Outcome
    error_code: str | None = None
    detail: str | None = None


class ImagesChanged(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are of each outcome, and each image's, in the order in which they were named."""

    changed: int
    unchanged: int
    failed: int
    items: tuple[ImageOutcome, ...]


@use_case
class ChangeImages:
    """Each image by itself, all in one commit: what cannot be done to one is told and holds up no other."""

    transaction: Transaction
    rules: ModelRules
    clock: Clock

    async def __call__(self, change: ImagesChange, *, by: Actor, once: Once | None = None) -> ImagesChanged:
        """Raises ScopeMissing, InvalidImagesChange, InvalidLabels, and what ``Answers`` raises."""
        by.must(WRITE)
        change = change.checked()
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ImagesChanged)) is not None:
                return earlier
            images = tuple(dict.fromkeys(change.images))
            there = await tx.looks.named(images)
            jobs = await _locked(tx, list(there.values()), by)
            acting = _Acting(tx, change, by, self.clock.now(), {})
            items = [await acting.outcome(image, there.get(image), jobs) for image in images]
            for job in jobs.values():
                if pictures := acting.named.get(job.id):
                    await choose_labels(tx, job, pictures, rules=self.rules)
                await tx.crawl_jobs.save(job)
            said = _told(items)
            await tx.answers.keep(once, said, owner=by.id)
            await tx.commit()
        return said


class _Acting(NamedTuple):
    """One change, for image after image. ``named`` are the pictures that got labels, by job."""

    tx: UnitOfWork
    change: ImagesChange
    by: Actor
    at: datetime
    named: dict[CrawlJobId, list[ImageId]]

    async def outcome(
        self, image: CandidateId, there: Named | None, jobs: Mapping[CrawlJobId, CrawlJob]
    ) -> ImageOutcome:
        """``jobs`` are those that may be seen."""
        try:
            if there is None or there.job not in jobs:
                raise ImageNotFound(f"There is no image {image}.")
            changed = await (self._deleted if self.change.delete else self._said)(image, jobs[there.job])
        except (NotFound, Conflict) as error:
            return ImageOutcome(
                image_id=image, outcome=Outcome.FAILED, error_code=error.code, detail=str(error)
            )
        return ImageOutcome(image_id=image, outcome=Outcome.CHANGED if changed else Outcome.UNCHANGED)

    async def _deleted(self, image: CandidateId, job: CrawlJob) -> bool:
        await self.tx.candidates.job_of(image)  # one before may have shown the same picture
        await take_out_image(self.tx, job, image)
        note_image(self.tx, Act.IMAGE_DELETED, image, job, by=self.by)
        return True

    async def _said(self, image: CandidateId, job: CrawlJob) -> bool:
        """In the order in which nothing fails once something is written: what is rejected is named before,
        what is accepted after."""
        review, said = self.change.review, dict[str, str]()
        if review is not None:
            job.check_review()
        if review is CopyReview.REJECT:
            said |= await self._named(image, job)
        if review is not None and await review_image(self.tx, job, image, review, at=self.at):
            said["review"] = review.value
        if review is not CopyReview.REJECT:
            said |= await self._named(image, job)
        if said:
            note_image(self.tx, Act.IMAGE_CHANGED, image, job, by=self.by, **said)
        return bool(said)

    async def _named(self, image: CandidateId, job: CrawlJob) -> dict[str, str]:
        labels = self.change.labels
        if labels is None:
            return {}
        picture = await name_image(self.tx, image, labels, by=self.by.id, at=self.at)
        self.named.setdefault(job.id, []).append(picture)
        return {"labels": ", ".join(labels)}


async def _locked(tx: UnitOfWork, named: Sequence[Named], by: Actor) -> dict[CrawlJobId, CrawlJob]:
    """Those that may be seen, in one order, so that nobody waits in a circle."""
    jobs: dict[CrawlJobId, CrawlJob] = {}
    for job in sorted({one.job for one in named if by.may_see(one.owner)}):
        try:
            jobs[job] = await tx.crawl_jobs.locked(job)
        except CrawlJobNotFound:  # deleted since; so are its images
            continue
    return jobs


def _told(items: Sequence[ImageOutcome]) -> ImagesChanged:
    counts = {outcome.value: sum(one.outcome is outcome for one in items) for outcome in Outcome}
    return ImagesChanged(**counts, items=tuple(items))
