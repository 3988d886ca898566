"""Task: forget what is long ago: tasks that ended, answers that were given, requests that were counted, what
people were told."""

from datetime import timedelta

from pixcrawler.application.ports.key_ring import KeyRing
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity import notification
from pixcrawler.domain.shared import once

AT_ONCE = 1000
USES_KEPT = timedelta(days=90)
"""How long it is kept how much a key was used in an hour."""


@use_case
class PruneTasks:
    """In small deletes, so that no lock is held for long."""

    tasks: TaskQueue
    transaction: Transaction
    keys: KeyRing
    retention: timedelta

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        for forget in (self._tasks, self._answers, self._uses, self._notices):
            while not lease.draining and await forget() == AT_ONCE:
                pass

    async def _tasks(self) -> int:
        return await self.tasks.prune(older_than=self.retention, most=AT_ONCE)

    async def _answers(self) -> int:
        async with self.transaction() as tx:
            forgotten = await tx.answers.forget(older_than=once.KEPT, most=AT_ONCE)
            await tx.commit()
        return forgotten

    async def _uses(self) -> int:
        return await self.keys.forget_uses(older_than=USES_KEPT, most=AT_ONCE)

    async def _notices(self) -> int:
        async with self.transaction() as tx:
            forgotten = await tx.notifications.forget(
                read_after=notification.READ_KEPT, all_after=notification.KEPT, most=AT_ONCE
            )
            await tx.commit()
        return forgotten
