"""Deleting a schedule."""

from pixcrawler.application.crawling.written import note_schedule
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ScheduleId


@use_case
class DeleteSchedule:
    """The jobs that it made stay."""

    transaction: Transaction

    async def __call__(self, schedule_id: ScheduleId, *, by: Actor) -> None:
        """Raises ScopeMissing and ScheduleNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            schedule = await tx.schedules.locked(schedule_id)
            if not by.may_see(schedule.owner_id):
                raise ScheduleNotFound(f"There is no schedule {schedule_id}.")
            await tx.schedules.delete(schedule_id)
            note_schedule(tx, Act.SCHEDULE_DELETED, schedule, by=by)
            await tx.commit()
