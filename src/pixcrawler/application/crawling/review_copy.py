"""What a person says of a picture: that it stays, or not."""

from pixcrawler.application.crawling.image_acts import CopyReview, review_image
from pixcrawler.application.crawling.written import note_image
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ImageNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId


@use_case
class ReviewCopy:
    """Restore a picture that was taken for a copy, put it in the place of its better copy, or undo that; keep
    an accepted one out of later dataset versions, or let it in again.

    What was said holds in later runs of the job too. Saying the same twice changes nothing.
    """

    transaction: Transaction
    clock: Clock

    async def __call__(self, image: CandidateId, review: CopyReview, *, by: Actor) -> None:
        """Raises ImageNotFound, ImageHasNoFile, ScopeMissing, WrongJobState before the job is completed,
        JobIsFull, and CannotReview for what was rejected otherwise, and where the other copy is not there."""
        by.must(WRITE)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(await tx.candidates.job_of(image))
            if not by.may_see(job.owner_id):
                raise ImageNotFound(f"There is no image {image}.")
            if await review_image(tx, job, image, review, at=self.clock.now()):
                await tx.crawl_jobs.save(job)
                note_image(tx, Act.IMAGE_CHANGED, image, job, by=by, review=review)
                await tx.commit()
