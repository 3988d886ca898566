"""Task: forget tasks that ended long ago."""

from dataclasses import dataclass
from datetime import timedelta

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import TaskQueue

AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PruneTasks:
    """In small deletes, so that no lock is held for long."""

    tasks: TaskQueue
    retention: timedelta

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        while not lease.draining:
            if await self.tasks.prune(older_than=self.retention, most=AT_ONCE) < AT_ONCE:
                return
