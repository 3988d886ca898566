"""Crawls that repeat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, same
from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import CrawlScheduleRow, ProjectRow
from pixcrawler.application.ports.schedules import ScheduleDetail, ScheduleFilter, detail_of
from pixcrawler.domain.crawling.errors import ScheduleNotFound
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ScheduleId
from pixcrawler.domain.shared.paging import Found, Window

FIELDS = Schedule.__struct_fields__


class PostgresSchedules(Repository[Schedule, CrawlScheduleRow]):
    """Schedules, one row each."""

    row = CrawlScheduleRow
    struct = Schedule
    missing = ScheduleNotFound

    async def due(self, at: datetime, *, most: int) -> Sequence[Schedule]:
        rows = await self.session.execute(_due(), {"at": at, "most": most})
        return [_made(row) for row in rows.mappings()]


@cache
def _due() -> Select[Any]:
    active = select(ProjectRow.id).where(ProjectRow.status == ProjectStatus.ACTIVE)
    which = select(*columns(CrawlScheduleRow, FIELDS)).where(
        CrawlScheduleRow.next_at <= bindparam("at"), CrawlScheduleRow.project_id.in_(active)
    )
    ordered = which.order_by(CrawlScheduleRow.next_at, CrawlScheduleRow.id).limit(bindparam("most"))
    return ordered.with_for_update(skip_locked=True, of=CrawlScheduleRow)


@cache
def _listed(*, own: bool, project: bool, enabled: bool | None) -> Select[Any]:
    which, order = select(*columns(CrawlScheduleRow, FIELDS)), [CrawlScheduleRow.id.desc()]
    if project:
        which = which.where(same(CrawlScheduleRow.project_id, "project"))
        order = [CrawlScheduleRow.project_id.desc(), CrawlScheduleRow.id.desc()]
    if own:
        which = which.where(same(CrawlScheduleRow.owner_id, "me"))
        order = order if project else [CrawlScheduleRow.owner_id.desc(), CrawlScheduleRow.id.desc()]
    if enabled is not None:
        which = which.where(CrawlScheduleRow.enabled.is_(enabled))
    ordered = which.add_columns(counted(which)).order_by(*order)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _one(*, own: bool) -> Select[Any]:
    which = select(*columns(CrawlScheduleRow, FIELDS)).where(CrawlScheduleRow.id == bindparam("schedule"))
    return which.where(CrawlScheduleRow.owner_id == bindparam("me")) if own else which


class PostgresScheduleReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def schedules(
        self, which: ScheduleFilter, window: Window, *, visible_to: Actor
    ) -> Found[ScheduleDetail]:
        statement = _listed(
            own=not visible_to.may_see_all, project=which.project_id is not None, enabled=which.enabled
        )
        values = {"me": visible_to.id, "project": which.project_id}
        return await self._lists.page(statement, _shown, window, values)

    async def schedule(self, schedule_id: ScheduleId, *, visible_to: Actor) -> ScheduleDetail:
        statement = _one(own=not visible_to.may_see_all)
        rows = await self._lists.rows(statement, {"schedule": schedule_id, "me": visible_to.id})
        if not rows:
            raise ScheduleNotFound(f"There is no schedule {schedule_id}.")
        return _shown(*rows[0])


def _made(row: Mapping[str, Any]) -> Schedule:
    return msgspec.convert(dict(row), Schedule)


def _shown(*values: object) -> ScheduleDetail:
    return detail_of(_made(dict(zip(FIELDS, values, strict=True))))
