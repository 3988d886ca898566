"""What a worker's tasks inherit from the request that caused them; and tasks whose job is gone."""

import asyncio

import structlog

from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from tests.integration.worker.stage import PATIENCE, Stage


async def test_a_task_is_worked_on_under_the_id_of_its_request_and_so_are_those_that_it_causes(
    stage: Stage,
) -> None:
    seen: list[object] = []
    both = asyncio.Event()

    async def act(_lease: Lease) -> None:
        seen.append(structlog.contextvars.get_contextvars().get("request_id"))
        if len(seen) == 1:
            await stage.add_task()
        else:
            both.set()

    stage.act = act
    with structlog.contextvars.bound_contextvars(request_id="req-7"):
        await stage.add_task()
    async with stage.working():
        await asyncio.wait_for(both.wait(), PATIENCE)
    assert seen == ["req-7", "req-7"]
    assert [row.request_id for row in await stage.rows()] == ["req-7", "req-7"]


async def test_a_task_of_a_deleted_job_ends_without_a_failure(stage: Stage) -> None:
    gone = CrawlJobNotFound("There is no such job.")

    async def act(_lease: Lease) -> None:
        raise gone

    stage.act = act
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("done")
    assert (row.state, row.failures, row.last_error) == ("done", 0, None)
