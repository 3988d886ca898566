"""Task: see which schedules are due."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.job import SHARED

AT_ONCE = 100


@use_case
class RunSchedules:
    """One task for each due time, however many workers look: its next time and the task are one commit.

    What is more than ``AT_ONCE`` comes a minute later, so that no lock is held for long.
    """

    transaction: Transaction
    clock: Clock

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            at = self.clock.now()
            for schedule in await tx.schedules.due(at, most=AT_ONCE):
                tx.record(*schedule.take(at=at), owner=schedule.owner_id, lane=SHARED)
                await tx.schedules.save(schedule)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)
