"""Notifications and preferences in memory."""

import copy
from datetime import UTC, datetime, timedelta

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

    async def forget(self, *, read_after: timedelta, all_after: timedelta, most: int) -> int:
        now = datetime.now(UTC)
        old = [
            row.id
            for row in self.rows.values()
            if row.created_at < now - (all_after if row.read_at is None else min(read_after, all_after))
        ][:most]
        for key in old:
            del self.rows[key]
        return len(old)


class MemoryPreferences:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.preferences

    async def of(self, owner: UserId) -> Preferences:
        return copy.deepcopy(self.rows.get(owner) or usual(owner))

    async def keep(self, preferences: Preferences) -> None:
        self.rows[preferences.id] = copy.deepcopy(preferences)
