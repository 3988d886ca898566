"""A worker whose questions about its tasks fail, or are never answered."""

import asyncio
from datetime import timedelta
from typing import Any

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
