"""The end of a labelling: dataset versions that waited for it are built."""

from datetime import datetime

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import LabellingOpened
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.version import VersionRequested
from pixcrawler.domain.shared.errors import told


def is_current(job: CrawlJob, opened: LabellingOpened) -> bool:
    """Whether the job is still as it was when this began: a retry settles, and labels, anew."""
    return job.run == opened.run and job.status is JobStatus.COMPLETED


async def end_labelling(
    transaction: Transaction,
    opened: LabellingOpened,
    lease: Lease,
    *,
    at: datetime,
    why: str | None = None,
) -> None:
    """Close it with the task. ``why`` images keep the labels that they were found with."""
    async with transaction(fenced_by=lease) as tx:
        job = await tx.crawl_jobs.locked(opened.job_id)
        if is_current(job, opened):
            sent = await tx.labels.close(job)
            await tx.job_log.add(log.labelled(job, sent=sent, why=why, at=at))
            for version in await tx.versions.waiting(job.id):
                tx.record(VersionRequested(at=at, version_id=version), owner=job.owner_id, lane=job.lane)
        await tx.commit(closing=lease)


@use_case
class FailLabelling:
    """Task's end: a model that never answered. The job is none the worse for it."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, opened: LabellingOpened, *, lease: Lease, error: Exception) -> None:
        await end_labelling(self.transaction, opened, lease, at=self.clock.now(), why=told(error))
