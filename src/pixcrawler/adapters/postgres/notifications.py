"""Notifications and what people want to be told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, bindparam, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, going_on, same
from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import NotificationPreferencesRow, NotificationRow
from pixcrawler.application.ports.notifications import NotificationFilter
from pixcrawler.domain.activity.errors import NotificationNotFound
from pixcrawler.domain.activity.notification import Notification
from pixcrawler.domain.activity.preferences import Preferences, usual
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window

MADE: Callable[..., Notification] = Notification
"""From columns that are its fields, in order."""
FIELDS = Notification.__struct_fields__
FORGET = text(
    """
    DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications
        WHERE (created_at < clock_timestamp() - make_interval(secs => :read_after) AND read_at IS NOT NULL)
           OR created_at < clock_timestamp() - make_interval(secs => :all_after) LIMIT :most)
    RETURNING 1
    """
)


class PostgresNotifications(Repository[Notification, NotificationRow]):
    """Notifications, one row each."""

    row = NotificationRow
    struct = Notification
    missing = NotificationNotFound

    async def read_all(self, owner: UserId, *, at: datetime) -> int:
        unread = (NotificationRow.owner_id == owner, NotificationRow.read_at.is_(None))
        read = update(NotificationRow).where(*unread).values(read_at=at).returning(NotificationRow.id)
        return len((await self.session.execute(read)).all())

    async def forget(self, *, read_after: timedelta, all_after: timedelta, most: int) -> int:
        ages = {"read_after": read_after.total_seconds(), "all_after": all_after.total_seconds()}
        return len((await self.session.execute(FORGET, {**ages, "most": most})).all())


class PostgresPreferences(Repository[Preferences, NotificationPreferencesRow]):
    """Preferences, one row each."""

    row = NotificationPreferencesRow
    struct = Preferences
    missing = NotFound

    async def of(self, owner: UserId) -> Preferences:
        return await self.find(NotificationPreferencesRow.id == owner) or usual(owner)

    async def keep(self, preferences: Preferences) -> None:
        values = self.columns(preferences)
        changed = {name: value for name, value in values.items() if name != "id"}
        kept = upsert(NotificationPreferencesRow).values(values)
        await self.session.execute(
            kept.on_conflict_do_update(index_elements=["id"], set_={**changed, "updated_at": func.now()})
        )


@cache
def _listed(*, unread: bool | None, kind: bool, after: bool) -> Select[Any]:
    which = select(*columns(NotificationRow, FIELDS)).where(same(NotificationRow.owner_id, "me"))
    if unread is not None:
        none = NotificationRow.read_at.is_(None)
        which = which.where(none if unread else ~none)
    if kind:
        which = which.where(NotificationRow.kind == bindparam("kind"))
    total = counted(which)
    if after:
        which = which.where(NotificationRow.id < bindparam("after"))
    ordered = which.add_columns(total).order_by(NotificationRow.owner_id.desc(), NotificationRow.id.desc())
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _unread() -> Select[Any]:
    unread = (NotificationRow.owner_id == bindparam("me"), NotificationRow.read_at.is_(None))
    some: Select[Any] = select(literal_column("1")).select_from(NotificationRow).where(*unread)
    return select(func.count()).select_from(some.limit(FARTHEST).subquery())


@cache
def _preferences() -> Select[Any]:
    wanted = columns(NotificationPreferencesRow, Preferences.__struct_fields__)
    return select(*wanted).where(NotificationPreferencesRow.id == bindparam("me"))


class PostgresNotificationReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def notifications(
        self,
        which: NotificationFilter,
        window: Window,
        *,
        after: UUID | None = None,
        visible_to: Actor,
    ) -> Found[Notification]:
        statement = _listed(unread=which.unread, kind=which.kind is not None, after=after is not None)
        values = {"me": visible_to.id, "kind": which.kind, "after": after}
        offset = 0 if after else window.offset
        rows = await self._lists.rows(statement, {**values, "size": window.size + 1, "offset": offset})
        total = rows[0][-1] if rows else await self._total(which, visible_to)
        return going_on(rows, lambda row: MADE(*row[:-1]), window, total)

    async def _total(self, which: NotificationFilter, actor: Actor) -> int:
        """Behind the end, where no row tells it."""
        statement = _listed(unread=which.unread, kind=which.kind is not None, after=False)
        values = {"me": actor.id, "kind": which.kind, "size": 1, "offset": 0}
        rows = await self._lists.rows(statement, values)
        total: int = rows[0][-1] if rows else 0
        return total

    async def unread(self, *, visible_to: Actor) -> int:
        rows = await self._lists.rows(_unread(), {"me": visible_to.id})
        number: int = rows[0][0]
        return number

    async def preferences(self, *, visible_to: Actor) -> Preferences:
        rows = await self._lists.rows(_preferences(), {"me": visible_to.id})
        if not rows:
            return usual(visible_to.id)
        return msgspec.convert(dict(rows[0]._mapping), Preferences)  # noqa: SLF001 -- its public way to names
