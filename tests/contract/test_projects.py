"""What deleting projects rests on."""

from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.selection import Selection
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
