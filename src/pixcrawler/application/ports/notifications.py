"""What people are told, and what they want to be told."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.application.ports.repositories import Repository
from pixcrawler.domain.activity.notification import NoticeKind, Notification
from pixcrawler.domain.activity.preferences import Preferences
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import NotificationId, UserId
from pixcrawler.domain.shared.paging import Found, Window


class Notifications(Repository[Notification, NotificationId], Protocol):
    async def read_all(self, owner: UserId, *, at: datetime) -> int:
        """Those that were unread; how many."""
        ...

    async def forget(self, *, read_after: timedelta, all_after: timedelta, most: int) -> int:
        """Delete those of everybody that were written longer ago than that, by the database's clock:
        ``read_after`` counts for those that were read. How many."""
        ...


class PreferencesOfPeople(Protocol):
    """One row each, at most: who has none has the usual ones."""

    async def of(self, owner: UserId) -> Preferences: ...

    async def keep(self, preferences: Preferences) -> None: ...


class NotificationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which of one's own; all without a condition."""

    unread: bool | None = None
    kind: NoticeKind | None = None


class NotificationReads(Protocol):
    """Everybody sees their own, superusers too."""

    async def notifications(
        self,
        which: NotificationFilter,
        window: Window,
        *,
        after: UUID | None = None,
        visible_to: Actor,
    ) -> Found[Notification]:
        """Newest first; with ``after``, those behind this one, and the window's page does not count."""
        ...

    async def unread(self, *, visible_to: Actor) -> int:
        """How many; counting stops at 10,000."""
        ...

    async def preferences(self, *, visible_to: Actor) -> Preferences: ...
