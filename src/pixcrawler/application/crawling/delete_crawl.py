"""Deleting a crawl job."""

from pixcrawler.application.crawling.written import note
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobInUse, CrawlJobNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CrawlJobId


@use_case
class DeleteCrawl:
    """Delete a job with all that it found. The files of its pictures are collected later, where nothing
    else names them; so a job that a dataset was made from stays, as the dataset's versions need them."""

    transaction: Transaction

    async def __call__(self, job_id: CrawlJobId, *, by: Actor) -> None:
        """Raises ScopeMissing, CrawlJobNotFound, WrongJobState while it runs, or CrawlJobInUse."""
        by.must(WRITE)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            job.check_removal()
            if await tx.datasets.use(job_id):
                raise CrawlJobInUse("A dataset was made from this job; delete the dataset first.")
            await tx.crawl_jobs.delete(job_id)
            note(tx, Act.JOB_DELETED, job, by=by)
            await tx.commit()
