"""Asking for a dataset version of a crawl job."""

from pixcrawler.application.datasets.requesting import request
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId


@use_case
class RequestBuild:
    """A new version of the job's dataset, which is made if there is none; a task freezes it."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self, job_id: CrawlJobId, *, by: Actor) -> DatasetVersionId:
        """Raises CrawlJobNotFound, JobNotSettled while it runs, or EmptySelection without an image."""
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(job_id)
            if not by.may_see(job.owner_id):
                raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
            dataset = await tx.datasets.of_job(job_id)
            at = self.clock.now()
            if dataset is None:
                dataset = Dataset.new(
                    DatasetId(self.new_id()),
                    owner=job.owner_id,
                    project=job.project_id,
                    name=job.name,
                    selection=Selection(jobs=(job_id,)),
                    at=at,
                )
                await tx.datasets.add(dataset)
                note(tx, Act.DATASET_CREATED, dataset, by=by)
            version = dataset.next_version(DatasetVersionId(self.new_id()), at=at)
            await request(tx, dataset, version, [job], lane=job.lane, at=at)
            note(tx, Act.DATASET_BUILT, dataset, by=by, number=version.number)
            await tx.commit()
        return version.id
