"""Task's end: a schedule whose job could not be begun."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.crawling.schedule import ScheduleDue
from pixcrawler.domain.shared.errors import code_of, told


@use_case
class FailSchedule:
    """Whatever was tried, it did not work; its owner is told why."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, due: ScheduleDue, *, lease: Lease, error: Exception) -> None:
        await keep_failure(self.transaction, self.clock, due, error, lease=lease)


async def keep_failure(
    transaction: Transaction, clock: Clock, due: ScheduleDue, error: Exception, *, lease: Lease
) -> None:
    """Once for each due time, with the notice of it and the end of the task."""

    async def write(tx: UnitOfWork) -> None:
        schedule = await tx.schedules.locked(due.schedule_id)
        if not schedule.has_seen_to(due.due_at):
            at = clock.now()
            events = schedule.failed(code_of(error), told(error), due=due.due_at, at=at)
            await tx.schedules.save(schedule)
            tx.record(*events, owner=schedule.owner_id, lane=SHARED)
        await tx.commit(closing=lease)

    try:
        await transaction.repeated(write, fenced_by=lease)
    except ScheduleNotFound:
        return
