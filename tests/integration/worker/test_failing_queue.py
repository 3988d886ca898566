"""A worker whose questions about its tasks fail, or are never answered."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Beat
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from tests.integration.worker.stage import PATIENCE, Stage


class Failing:
    """A queue whose first heartbeats fail."""

    def __init__(self, queue: Any, *errors: Exception) -> None:
        self._queue = queue
        self._errors = list(errors)
        self.goes_on = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    async def beat(self, lease: Lease, *, extend: timedelta) -> Beat:
        if self._errors:
            raise self._errors.pop()
        self.goes_on.set()
        return await self._queue.beat(lease, extend=extend)  # type: ignore[no-any-return]


@pytest.mark.long
async def test_whatever_a_heartbeat_fails_with_another_follows_and_the_task_stays_ours(stage: Stage) -> None:
    stage.lease = 12.0
    stage.queue = Failing(stage.queue, ChangedMeanwhile("A deadlock."), ZeroDivisionError("a bug"))

    async def act(_lease: Lease) -> None:
        async with asyncio.timeout(PATIENCE):
            await stage.queue.goes_on.wait()

    stage.act = act
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("done")
    assert (row.failures, row.lost_leases, row.last_error) == (0, 0, None)


async def test_giving_up_has_the_same_time_as_the_task_and_is_tried_again(stage: Stage) -> None:
    tried = 0

    async def act(_lease: Lease) -> None:
        raise ZeroDivisionError

    async def last_act(_lease: Lease, _error: Exception) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            await asyncio.Event().wait()

    stage.act, stage.last_act = act, last_act
    stage.slots, stage.attempts = 1, 1
    stage.lease, stage.timeout = 0.5, timedelta(seconds=0.3)
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("failed")
    assert "ZeroDivisionError" in row.last_error


async def test_a_worker_that_has_ended_leaves_nothing_running(stage: Stage) -> None:
    await stage.queue.claim("crawl", stage.job.lane, worker="another", lease=timedelta(seconds=1))
    before = asyncio.all_tasks()
    async with stage.working():
        await stage.add_task()
        await stage.until("done")
    assert asyncio.all_tasks() <= before
