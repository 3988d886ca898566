"""Where the outbox meets commits: bells on commit, and work of a stopped job."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from pixcrawler.adapters.postgres.engine import plain_dsn
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.events import JobFilled, LabellingOpened
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.version import VersionRequested
from tests.contract.stages import PostgresStage, scene
from tests.fakes.aggregates import AT

MINUTE = timedelta(minutes=1)


async def fill(stage: PostgresStage, job: CrawlJob, *, commit: bool = True) -> None:
    async with stage.transaction() as tx:
        tx.record(JobFilled(at=AT, job_id=job.id, run=job.run), owner=job.owner_id, lane=job.lane)
        if commit:
            await tx.commit()


async def current(stage: PostgresStage, lease: Lease) -> bool:
    beat = await stage.queue.beat(lease, extend=MINUTE)
    assert beat.held
    return beat.current


@pytest.mark.parametrize("change", ["stopped", "retried", "completed"])
async def test_a_beat_says_when_the_jobs_run_no_longer_counts(
    postgres_stage: PostgresStage, change: str
) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    await fill(stage, job)
    lease = await stage.claim(job.lane)
    assert await current(stage, lease)
    async with stage.transaction() as tx:
        if change == "stopped":
            job.stop(at=AT)
        elif change == "retried":
            job.run += 1
        elif change == "completed":
            job.status = JobStatus.COMPLETED
        await tx.crawl_jobs.save(job)
        await tx.commit()
    assert not await current(stage, lease)


@pytest.mark.parametrize(("change", "counts"), [("nothing", True), ("retried", False)])
async def test_a_model_looks_at_a_completed_jobs_pictures_for_as_long_as_it_takes(
    postgres_stage: PostgresStage, change: str, counts: bool
) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    async with stage.transaction() as tx:
        job.status = JobStatus.COMPLETED
        await tx.crawl_jobs.save(job)
        opened = LabellingOpened(at=AT, job_id=job.id, run=job.run)
        tx.record(opened, owner=job.owner_id, lane=job.lane)
        await tx.commit()
    claimed = await stage.queue.claim("build", job.lane, worker="me", lease=MINUTE)
    assert claimed is not None
    async with stage.transaction() as tx:
        job.run += change == "retried"
        await tx.crawl_jobs.save(job)
        await tx.commit()
    assert await current(stage, Lease(claimed.id, claimed.token)) is counts


@pytest.mark.parametrize("what", ["job", "project"])
async def test_a_deleted_job_takes_its_tasks_along(postgres_stage: PostgresStage, what: str) -> None:
    stage = postgres_stage
    job, other = (await scene(stage)).job, (await scene(stage)).job
    await fill(stage, job)
    lease = await stage.claim(job.lane)
    await fill(stage, other)
    async with stage.transaction() as tx:
        if what == "job":
            await tx.crawl_jobs.delete(job.id)
        else:
            await tx.projects.delete(job.project_id)
        await tx.commit()
    assert not (await stage.queue.beat(lease, extend=MINUTE)).held
    assert [task.subject_id for task in await stage.tasks()] == [other.id]


async def test_work_that_belongs_to_no_run_is_always_current(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    async with stage.transaction() as tx:
        requested = VersionRequested(at=AT, version_id=stage.make.new_id())
        tx.record(requested, owner=job.owner_id, lane=job.lane)
        await tx.commit()
    claimed = await stage.queue.claim("build", job.lane, worker="me", lease=MINUTE)
    assert claimed is not None
    assert await current(stage, Lease(claimed.id, claimed.token))


async def test_a_recorded_batch_forgives_the_leases_lost_before(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    await fill(stage, job)
    await stage.queue.claim("crawl", job.lane, worker="gone", lease=timedelta(0))
    again = await stage.queue.claim("crawl", job.lane, worker="me", lease=timedelta(0))
    assert again is not None
    assert again.lost_leases == 1
    async with stage.transaction(fenced_by=Lease(again.id, again.token)) as tx:
        await tx.commit()
    third = await stage.queue.claim("crawl", job.lane, worker="me", lease=MINUTE)
    assert third is not None
    assert third.lost_leases == 1


async def heard(bells: AsyncIterator[str], within: float = 10.0) -> bool:
    waiting = asyncio.ensure_future(anext(aiter(bells)))
    done, _ = await asyncio.wait({waiting}, timeout=within)
    if not done:
        waiting.cancel()
        await asyncio.wait({waiting})
    return bool(done)


async def test_a_commit_wakes_who_listens(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    async with stage.queue.listen() as bells:
        await fill(stage, job)
        assert await heard(bells)


async def test_what_is_rolled_back_wakes_nobody(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    job = (await scene(stage)).job
    async with stage.queue.listen() as bells:
        await fill(stage, job, commit=False)
        assert not await heard(bells, within=0.3)


async def test_a_broken_connection_ends_the_listening(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    async with stage.queue.listen() as bells:
        connection = await asyncpg.connect(plain_dsn(stage.queue._url))
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        statement = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
        await connection.execute(statement)
        await connection.close()

        async def until_the_end() -> None:
            async for _ in bells:
                pass

        await asyncio.wait_for(until_the_end(), 10)
