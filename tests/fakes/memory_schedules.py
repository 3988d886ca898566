"""Schedules in memory."""

import copy
from collections.abc import Sequence
from datetime import datetime

from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.projects.project import ProjectStatus
from tests.fakes.memory_repositories import MemoryRepository


class MemorySchedules(MemoryRepository[Schedule]):
    table = "schedules"
    missing = ScheduleNotFound

    async def due(self, at: datetime, *, most: int) -> Sequence[Schedule]:
        found = [(row.next_at, row.id) for row in self.rows.values() if row.next_at and row.next_at <= at]
        active = [key for _, key in sorted(found) if self._is_active(self.rows[key])]
        return [copy.deepcopy(self.rows[key]) for key in active[:most]]

    def _is_active(self, schedule: Schedule) -> bool:
        return self.tables.projects[schedule.project_id].status is ProjectStatus.ACTIVE
