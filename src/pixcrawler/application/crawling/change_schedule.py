"""Changing a schedule."""

from datetime import datetime
from typing import Any

import msgspec

from pixcrawler.application.crawling.written import note_schedule
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.schedules import ScheduleDetail, detail_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import ScheduleId

PLANNED_BY = ("enabled", "cadence", "ends_at", "max_runs")
"""Fields that say when it is due."""


class ScheduleChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different, by the names of a schedule's fields. ``starts_at`` is when it is due next.
    ``version`` is the one that the change was meant for."""

    fields: dict[str, Any]
    starts_at: datetime | None = None
    version: int | None = None


@use_case
class ChangeSchedule:
    """One that is switched on, or gets another rhythm, is due after one interval, and its failures are
    forgotten."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, schedule_id: ScheduleId, change: ScheduleChange, *, by: Actor) -> ScheduleDetail:
        """Raises ScopeMissing, ScheduleNotFound, InvalidSchedule, InvalidJob or ChangedMeanwhile."""
        by.must(WRITE)
        async with self.transaction() as tx:
            schedule = await tx.schedules.locked(schedule_id)
            if not by.may_see(schedule.owner_id):
                raise ScheduleNotFound(f"There is no schedule {schedule_id}.")
            if change.version is not None and change.version != schedule.version:
                message = f"The schedule is at version {schedule.version} by now; load it again."
                raise ChangedMeanwhile(message, field="version")
            if self._differs(schedule, change):
                await tx.schedules.save(schedule)
                note_schedule(tx, Act.SCHEDULE_CHANGED, schedule, by=by)
                await tx.commit()
        return detail_of(schedule)

    def _differs(self, schedule: Schedule, change: ScheduleChange) -> bool:
        """Whether the change made a difference."""
        before, at = msgspec.structs.asdict(schedule), self.clock.now()
        for name, value in change.fields.items():
            setattr(schedule, name, value)
        schedule.check()
        schedule.cadence = schedule.cadence.from_time(change.starts_at or at)
        planned = any(getattr(schedule, name) != before[name] for name in PLANNED_BY)
        if change.starts_at is not None or planned:
            rhythm = schedule.cadence == before["cadence"] and before["enabled"]
            keep = before["next_at"] if rhythm else None
            schedule.plan(at=at, first=change.starts_at or keep)
        if schedule.enabled and not before["enabled"]:
            schedule.failures = 0
        if msgspec.structs.asdict(schedule) == before:
            return False
        schedule.updated_at = at
        return True
