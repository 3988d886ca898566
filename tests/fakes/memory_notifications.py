"""Notifications and preferences in memory."""

import copy
from datetime import datetime

import msgspec

from pixcrawler.domain.activity.errors import NotificationNotFound
from pixcrawler.domain.activity.notification import Notification
from pixcrawler.domain.activity.preferences import Preferences, usual
from pixcrawler.domain.shared.ids import UserId
from tests.fakes.memory_repositories import MemoryRepository
from tests.fakes.memory_tables import Tables


class MemoryNotifications(MemoryRepository[Notification]):
    table = "notifications"
    missing = NotificationNotFound

    async def read_all(self, owner: UserId, *, at: datetime) -> int:
        unread = [row for row in self.rows.values() if row.owner_id == owner and row.read_at is None]
        for row in unread:
            self.rows[row.id] = msgspec.structs.replace(row, read_at=at)
        return len(unread)


class MemoryPreferences:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.preferences

    async def of(self, owner: UserId) -> Preferences:
        return copy.deepcopy(self.rows.get(owner) or usual(owner))

    async def keep(self, preferences: Preferences) -> None:
        self.rows[preferences.id] = copy.deepcopy(preferences)
