"""What deleting projects rests on."""

import pytest

from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from tests.contract.stages import Stage, scene


async def test_running_jobs_of_a_project_are_counted(stage: Stage) -> None:
    job = (await scene(stage)).job
    await scene(stage)
    async with stage.transaction() as tx:
        assert await tx.projects.running_jobs(job.project_id) == 1
        job.status = JobStatus.CANCELLED
        await tx.crawl_jobs.save(job)
        assert await tx.projects.running_jobs(job.project_id) == 0


async def test_a_job_is_in_use_while_a_dataset_is_made_from_it(stage: Stage) -> None:
    one, other = (await scene(stage)).job, (await scene(stage)).job
    both = stage.make.dataset(one, selection=Selection(jobs=(other.id, one.id)))

    async def used(job: CrawlJob) -> bool:
        async with stage.transaction() as tx:
            return await tx.datasets.use(job.id)

    assert not await used(one)
    async with stage.transaction() as tx:
        await tx.datasets.add(both)
        await tx.commit()
    assert await used(one)
    assert await used(other)
    assert not await used((await scene(stage)).job)


async def test_a_project_comes_with_the_level_that_somebody_chose(stage: Stage) -> None:
    owner, other = stage.make.profile(), stage.make.profile()
    project = stage.make.project(owner)
    chosen = DefaultLevel(level=Validation.STRICT, mode=ValidationMode.REPORT)
    async with stage.transaction() as tx:
        for somebody in (owner, other):
            await tx.profiles.add(somebody)
        await tx.projects.add(project)
        await tx.validation_levels.set(owner.id, chosen)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.projects.with_level(project.id, of=owner.id) == (project, chosen)
        assert await tx.projects.with_level(project.id, of=other.id) == (project, None)
        with pytest.raises(ProjectNotFound):
            await tx.projects.with_level(ProjectId(other.id), of=owner.id)
