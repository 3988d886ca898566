"""A unit of work that only reads before its commit, and takes no lock."""

import pytest

from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.events import JobFilled
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound
from tests.contract.stages import Stage, scene
from tests.fakes.aggregates import AT


async def briefly(stage: Stage, *jobs: CrawlJob) -> None:
    async with stage.transaction(brief=True) as tx:
        for job in jobs:
            await tx.crawl_jobs.add_last(job)
            await tx.job_log.add(log.created(job, at=AT))
            tx.record(JobFilled(at=AT, job_id=job.id, run=1), owner=job.owner_id, lane=job.lane)
        await tx.commit()


async def test_what_a_brief_one_writes_is_there_or_not_at_all(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction(brief=True) as tx:
        project = await tx.projects.get(play.job.project_id)
        made, dropped, third = (stage.make.job(project, status=JobStatus.PENDING) for _ in range(3))
        await tx.crawl_jobs.add_last(dropped)
    await briefly(stage, made)
    with pytest.raises(ChangedMeanwhile):
        await briefly(stage, third, made)
    async with stage.transaction() as tx:
        assert (await tx.crawl_jobs.get(made.id)).name == made.name
        for absent in (dropped, third):
            with pytest.raises(NotFound):
                await tx.crawl_jobs.get(absent.id)
    assert len(await stage.tasks()) == 1
