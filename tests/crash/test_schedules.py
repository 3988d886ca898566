"""A worker that dies while a schedule is due, or while its owner is told: one job, and told once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.application.crawling.create_schedule import NewSchedule
from pixcrawler.domain.crawling.cadence import Cadence, Unit
from tests.crash.conftest import OpenScene, Scene
from tests.crash.tricked_worker import DIED

pytestmark = [pytest.mark.crash, pytest.mark.long]

POINTS = [
    pytest.param("claimed run_schedules", id="after-the-claim-of-the-look"),
    pytest.param("due commit", id="before-the-next-time-and-the-task-are-there"),
    pytest.param("due committed", id="after-the-next-time-and-the-task-are-there"),
    pytest.param("claimed run_schedule", id="after-the-claim-of-the-run"),
    pytest.param("schedule commit", id="before-the-job-is-there"),
    pytest.param("schedule committed", id="after-the-job-is-there"),
    pytest.param("tell commit", id="before-its-owner-is-told"),
    pytest.param("tell committed", id="after-its-owner-is-told"),
]
JOBS = "SELECT count(*) FROM crawl_jobs WHERE name = 'Every hour'"
RUNS = "SELECT runs FROM crawl_schedules"
TOLD = """
    SELECT count(*) FROM notifications n JOIN crawl_jobs j ON j.id = n.subject_id
    WHERE n.kind = 'job_completed'
"""
OPEN = "SELECT count(*) FROM outbox WHERE state IN ('pending', 'running') AND queue = 'prompt'"
ENDED = "SELECT count(*) FROM crawl_jobs WHERE status = 'completed'"


@pytest.mark.parametrize("point", POINTS)
async def test_a_due_schedule_makes_one_job_whoever_dies(
    open_scene: OpenScene, database_url: str, point: str
) -> None:
    async with open_scene(pictures=20, max_images=10, delay=0.0) as scene:
        await _schedule(scene)
        doomed = scene.fleet.start("--die", point)
        assert await doomed.ended() == DIED, doomed.said[-3000:]
        for _ in range(2):
            scene.fleet.start()
        engine = open_engine(PostgresConfig(url=database_url, pool_size=1))

        async def number(statement: str) -> Any:
            async with engine.connect() as connection:
                return await connection.scalar(text(statement))

        async def quiet() -> bool:
            return (await number(ENDED), await number(OPEN)) == (2, 0)

        async with asyncio.timeout(90):
            while not await quiet():
                await asyncio.sleep(0.1)
        assert [await number(one) for one in (JOBS, RUNS, TOLD)] == [1, 1, 2]
        await engine.dispose()


async def _schedule(scene: Scene) -> None:
    """Due a while ago, and every hour."""
    hourly = Cadence(every=1, unit=Unit.HOURS)
    past = (await scene.crawl.job()).created_at - timedelta(hours=5)
    wanted = NewSchedule(wanted=scene.crawl.id, cadence=hourly, name="Every hour", starts_at=past)
    await scene.crawl.app.schedules.create(wanted, by=scene.crawl.by)
