"""What becomes of an image when a person says something of it, for one image and for many.

Each holds the job's lock before, and saves the job after it. What fails has written nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum

from pixcrawler.application.ports.copies import Copy
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.errors import CannotReview
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import ModelRules
from pixcrawler.domain.shared.ids import CandidateId, ImageId, UserId
from pixcrawler.domain.shared.reasons import Reason

DUPLICATES = (Reason.DUPLICATE_NEAR, Reason.DUPLICATE_EXACT)


class CopyReview(StrEnum):
    """``accept``: it stays; ``accept_instead``: it stays, and the copy that was kept goes; ``reject``: a
    restored copy is a copy again, any other accepted image stays out of later dataset versions."""

    ACCEPT = "accept"
    ACCEPT_INSTEAD = "accept_instead"
    REJECT = "reject"


async def review_image(
    tx: UnitOfWork, job: CrawlJob, image: CandidateId, review: CopyReview, *, at: datetime
) -> bool:
    """Whether that changed anything. Raises ImageHasNoFile, WrongJobState, JobIsFull and CannotReview."""
    job.check_review()
    return await _REVIEWS[review](tx, job, await tx.copies.find(job, image), at)


async def name_image(
    tx: UnitOfWork, image: CandidateId, names: Sequence[str], *, by: UserId, at: datetime
) -> ImageId:
    """Labels that are checked already; what the image is listed under is to be chosen anew then. Raises
    ImageNotFound and ImageHasNoFile."""
    picture = await tx.labels.image_of(image)
    await tx.labels.by_person(picture, names, by=by, at=at)
    return picture


async def choose_labels(
    tx: UnitOfWork, job: CrawlJob, pictures: Sequence[ImageId], *, rules: ModelRules
) -> None:
    """What these are listed under, by all that is said of them."""
    said = await tx.labels.said_of(pictures)
    await tx.labels.choose(rules.choices(said, several=job.spec.conflicts is Conflicts.MULTI))


async def take_out_image(tx: UnitOfWork, job: CrawlJob, image: CandidateId) -> None:
    """For good. Raises ImageHasNoFile, and WrongJobState before the job has ended."""
    job.check_image_removal()
    removed = await tx.candidates.remove_picture(job, image)
    job.remove_image(stood=removed.stood, undone=removed.undone)


async def _accept(tx: UnitOfWork, job: CrawlJob, copy: Copy, at: datetime) -> bool:
    if copy.reason is not None:
        job.restore_copy(_duplicate(copy))
        await tx.copies.keep(job, copy)
    released = await tx.looks.release(copy.image, at=at)
    return released or copy.reason is not None


async def _accept_instead(tx: UnitOfWork, job: CrawlJob, copy: Copy, at: datetime) -> bool:
    if copy.reason is None:
        return await tx.looks.release(copy.image, at=at)
    reason = _duplicate(copy)
    if copy.leader is None or copy.leader_job != job.id:
        raise CannotReview("The copy that stays is not in this job; accept this one, and both stay.")
    job.swap_copies(reason)
    await tx.copies.keep_instead(job, copy)
    await tx.looks.release(copy.image, at=at)
    return True


async def _reject(tx: UnitOfWork, job: CrawlJob, copy: Copy, at: datetime) -> bool:
    if copy.reason in DUPLICATES:
        return False
    if copy.reason is not None:
        raise CannotReview(f"It was rejected as {copy.reason} already; DELETE removes it for good.")
    if not copy.restored or copy.leader is None:
        return await tx.looks.hold_back(copy.image, at=at)
    job.drop_copy(copy.kind)
    await tx.copies.drop(job, copy)
    return True


def _duplicate(copy: Copy) -> Reason:
    if copy.reason not in DUPLICATES:
        raise CannotReview(f"It was rejected as {copy.reason}, not as a copy, so it cannot be accepted.")
    return copy.reason


_REVIEWS: dict[CopyReview, Callable[[UnitOfWork, CrawlJob, Copy, datetime], Awaitable[bool]]] = {
    CopyReview.ACCEPT: _accept,
    CopyReview.ACCEPT_INSTEAD: _accept_instead,
    CopyReview.REJECT: _reject,
}
