"""Changing a crawl job."""

import msgspec

from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.jobs import JobDetail, detail_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import CrawlJobId


class CrawlChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None leaves it. ``version`` is the one that the change was meant for."""

    name: str | None = None
    max_images: int | None = None
    version: int | None = None


@use_case
class ChangeCrawl:
    """Rename a job, or ask for another number of images before it starts."""

    transaction: Transaction

    async def __call__(self, job_id: CrawlJobId, change: CrawlChange, *, by: Actor) -> JobDetail:
        """Raises ScopeMissing, CrawlJobNotFound, InvalidJob, WrongJobState or ChangedMeanwhile."""
        by.must(WRITE)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            if change.version is not None and change.version != job.version:
                raise ChangedMeanwhile(
                    f"The job is at version {job.version} by now; load it again.", field="version"
                )
            before = (job.name, job.max_images)
            job.change(name=change.name, max_images=change.max_images)
            if (job.name, job.max_images) != before:
                await tx.crawl_jobs.save(job)
                note(tx, Act.JOB_CHANGED, job, by=by)
                await tx.commit()
        return detail_of(job)
