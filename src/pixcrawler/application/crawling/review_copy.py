"""What a person says of a picture that was taken for a copy of another."""

from dataclasses import dataclass
from enum import StrEnum

from pixcrawler.application.crawling.written import note_image
from pixcrawler.application.ports.copies import Copy
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CannotReview, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId
from pixcrawler.domain.shared.reasons import Reason

DUPLICATES = (Reason.DUPLICATE_NEAR, Reason.DUPLICATE_EXACT)


class CopyReview(StrEnum):
    """``accept``: it stays too; ``accept_instead``: it stays, and the other goes; ``reject``: undo accept."""

    ACCEPT = "accept"
    ACCEPT_INSTEAD = "accept_instead"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCopy:
    """Restore a picture, put it in the place of its better copy, or undo that; for later dataset versions.

    What was said holds in later runs of the job too. Saying the same twice changes nothing.
    """

    transaction: Transaction

    async def __call__(self, image: CandidateId, review: CopyReview, *, by: Actor) -> None:
        """Raises ImageNotFound, ImageHasNoFile, ScopeMissing, WrongJobState before the job is completed,
        JobIsFull, and CannotReview where it is no copy, or the other is not there to be put back."""
        by.must(WRITE)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(await tx.candidates.job_of(image))
            if not by.may_see(job.owner_id):
                raise ImageNotFound(f"There is no image {image}.")
            job.check_review()
            copy = await tx.copies.find(job, image)
            if await _ACTS[review](tx, job, copy):
                await tx.crawl_jobs.save(job)
                note_image(tx, Act.IMAGE_CHANGED, image, job, by=by, review=review)
                await tx.commit()


async def _accept(tx: UnitOfWork, job: CrawlJob, copy: Copy) -> bool:
    if copy.reason is None:
        return False
    job.restore_copy(_duplicate(copy))
    await tx.copies.keep(job, copy)
    return True


async def _accept_instead(tx: UnitOfWork, job: CrawlJob, copy: Copy) -> bool:
    if copy.reason is None:
        return False
    reason = _duplicate(copy)
    if copy.leader is None or copy.leader_job != job.id:
        raise CannotReview("The copy that stays is not in this job; accept this one, and both stay.")
    job.swap_copies(reason)
    await tx.copies.keep_instead(job, copy)
    return True


async def _reject(tx: UnitOfWork, job: CrawlJob, copy: Copy) -> bool:
    if copy.reason in DUPLICATES:
        return False
    if not copy.restored or copy.reason is not None:
        raise CannotReview("Only an image that was restored can be a copy again; DELETE removes it.")
    if copy.leader is None:
        raise CannotReview("What it was a copy of is no longer kept, so it stays; DELETE removes it.")
    job.drop_copy(copy.kind)
    await tx.copies.drop(job, copy)
    return True


def _duplicate(copy: Copy) -> Reason:
    if copy.reason not in DUPLICATES:
        raise CannotReview(f"It was rejected as {copy.reason}, not as a copy, so it cannot be accepted.")
    return copy.reason


_ACTS = {
    CopyReview.ACCEPT: _accept,
    CopyReview.ACCEPT_INSTEAD: _accept_instead,
    CopyReview.REJECT: _reject,
}
