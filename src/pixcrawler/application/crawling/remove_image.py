"""Removing an image from what a job found."""

from pixcrawler.application.crawling.image_acts import take_out_image
from pixcrawler.application.crawling.written import note_image
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ImageNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId


@use_case
class RemoveImage:
    """Take a picture out of its job, and so out of all later dataset versions, for good.

    Versions that are ready keep it. Its file goes when no other job and no version names it. A completed
    job is then short of an image, which a retry replaces by the next best.
    """

    transaction: Transaction

    async def __call__(self, image: CandidateId, *, by: Actor) -> None:
        """Raises ImageNotFound, ImageHasNoFile, ScopeMissing, and WrongJobState before the job has ended."""
        by.must(WRITE)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(await tx.candidates.job_of(image))
            if not by.may_see(job.owner_id):
                raise ImageNotFound(f"There is no image {image}.")
            await take_out_image(tx, job, image)
            await tx.crawl_jobs.save(job)
            note_image(tx, Act.IMAGE_DELETED, image, job, by=by)
            await tx.commit()
