"""How often something is repeated."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from pixcrawler.domain.crawling.errors import InvalidSchedule
from pixcrawler.domain.shared.wall_clock import is_time_of_day, is_time_zone

MOST_HOURS = 24 * 366
MOST_DAYS = 366


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"


class Cadence(msgspec.Struct, frozen=True, kw_only=True):
    """Every so many hours, or every so many days ``at`` a time of day in ``time_zone`` (IANA), summer and
    winter. What a clock skips in spring (02:30) comes an hour later; what it shows twice in autumn, the first
    time. An hour is the least."""

    every: int
    unit: Unit
    at: str | None = None
    time_zone: str = "UTC"

    def check(self) -> None:
        """Raises InvalidSchedule."""
        most = MOST_HOURS if self.unit is Unit.HOURS else MOST_DAYS
        if not 1 <= self.every <= most:
            message = f"every is {self.every}; it is 1 to {most:,} {self.unit}."
            raise InvalidSchedule(message, field="cadence.every")
        if self.at is not None and self.unit is Unit.HOURS:
            raise InvalidSchedule("A time of day belongs to days, not to hours.", field="cadence.at")
        if self.at is not None and not is_time_of_day(self.at):
            raise InvalidSchedule("A time of day looks like 07:30.", field="cadence.at")
        if not is_time_zone(self.time_zone):
            message = f"There is no time zone “{self.time_zone}”; they are named like Europe/Berlin."
            raise InvalidSchedule(message, field="cadence.time_zone")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def from_time(self, at: datetime) -> "Cadence":
        """With the time of day that this moment has there, where none was given."""
        if self.unit is Unit.HOURS or self.at is not None:
            return self
        return msgspec.structs.replace(self, at=f"{at.astimezone(self.zone):%H:%M}")

    def first(self, now: datetime) -> datetime:
        """One interval from now; or the next time that it is ``at``, if that comes sooner."""
        if self.unit is Unit.HOURS or self.at is None:
            return self.after(now, now)
        today = self._on(now, 0)
        return today if today > now else self._on(now, 1)

    def after(self, due: datetime, now: datetime) -> datetime:
        """The first time in the rhythm of ``due`` that has not come yet: missed ones are left out."""
        if self.unit is Unit.HOURS:
            step = timedelta(hours=self.every)
            return due + step * max(1, (now - due) // step + 1)
        days = (now.astimezone(self.zone).date() - due.astimezone(self.zone).date()).days
        steps = max(1, days // self.every)
        found = self._on(due, steps * self.every)
        return found if found > now else self._on(due, (steps + 1) * self.every)

    def _on(self, moment: datetime, days: int) -> datetime:
        """So many days after the date that this moment has there."""
        local = moment.astimezone(self.zone)
        clock = local.time() if self.at is None else time.fromisoformat(self.at)
        wanted = datetime.combine(local.date() + timedelta(days=days), clock, tzinfo=self.zone)
        return wanted.astimezone(UTC)
