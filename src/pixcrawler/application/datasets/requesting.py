"""What every request for a version does."""

from collections.abc import Sequence
from datetime import datetime

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import EmptySelection, JobNotSettled
from pixcrawler.domain.datasets.version import DatasetVersion, VersionRequested


async def request(
    tx: UnitOfWork,
    dataset: Dataset,
    version: DatasetVersion,
    jobs: Sequence[CrawlJob],
    *,
    lane: str,
    at: datetime,
) -> None:
    """Write both, and the task that builds the version; while a job is being labelled, the end of that asks
    for it. ``jobs`` are the dataset's, locked. Raises JobNotSettled and EmptySelection."""
    check_settled(jobs)
    if not any(job.accepted for job in jobs):
        raise EmptySelection("No image was accepted, so there is nothing to build a dataset of.")
    await tx.datasets.save(dataset)
    await tx.versions.add(version)
    if not any([await tx.labels.is_open(job) for job in jobs]):
        tx.record(VersionRequested(at=at, version_id=version.id), owner=version.owner_id, lane=lane)


def check_settled(jobs: Sequence[CrawlJob]) -> None:
    """Raises JobNotSettled for a job that runs: which of its images stay is decided at its end."""
    for job in jobs:
        if job.status is JobStatus.RUNNING:
            raise JobNotSettled(f"“{job.name}” ({job.id}) is still running; build again when it is done.")
