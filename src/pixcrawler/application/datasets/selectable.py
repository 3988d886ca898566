"""What somebody may select from: crawl jobs of one project, and other datasets' selections."""

from collections.abc import Sequence

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import DatasetNotFound
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, ProjectId


async def project_of(tx: UnitOfWork, project_id: ProjectId, by: Actor) -> Project:
    """Raises ProjectNotFound, also for somebody else's, in the same words."""
    missing = ProjectNotFound(f"There is no project {project_id}.", field="project_id")
    try:
        project = await tx.projects.get(project_id)
    except ProjectNotFound as error:
        raise missing from error
    if not by.may_see(project.owner_id):
        raise missing
    return project


async def dataset_of(tx: UnitOfWork, dataset_id: DatasetId, by: Actor, *, locked: bool = False) -> Dataset:
    """Raises DatasetNotFound, also for somebody else's, in the same words."""
    missing = DatasetNotFound(f"There is no dataset {dataset_id}.")
    try:
        dataset = await (tx.datasets.locked(dataset_id) if locked else tx.datasets.get(dataset_id))
    except DatasetNotFound as error:
        raise missing from error
    if not by.may_see(dataset.owner_id):
        raise missing
    return dataset


async def check_jobs(tx: UnitOfWork, selection: Selection, project: ProjectId) -> None:
    """Each is one of the project; none is deleted before the transaction ends. Raises CrawlJobNotFound."""
    for job_id in selection.all_jobs():
        missing = CrawlJobNotFound(f"There is no crawl job {job_id} in this project.", field="jobs")
        try:
            job = await tx.crawl_jobs.locked(job_id)
        except CrawlJobNotFound as error:
            raise missing from error
        if job.project_id != project:
            raise missing


async def jobs_of(tx: UnitOfWork, jobs: Sequence[CrawlJobId]) -> list[CrawlJob]:
    """In this order; locked, so that none is started or labelled before the transaction ends."""
    return [await tx.crawl_jobs.locked(job) for job in jobs]
