"""Who did what, as people see it.

What a person sees is what they did and what was done to their things: two indexes, each read backwards for as
many rows as the page needs, and merged. One condition with OR would sort all of their rows for every page.
"""

from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Text, bindparam, func, select, text, union
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute

from pixcrawler.adapters.postgres.listing import Lists, columns, first_id, going_on, same
from pixcrawler.adapters.postgres.tables import ActivityRow
from pixcrawler.application.ports.activity import ActivityFilter, ActivityLine
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window

FIELDS = ActivityLine.__struct_fields__
SKEW = timedelta(days=1)
"""Ids begin with the time by the program's clock, ``at`` is the database's; they differ by far less."""
PROJECT = ActivityRow.about.op("->>", return_type=Text())(text("'project_id'"))
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "act": ActivityRow.act == bindparam("act"),
    "subject_id": ActivityRow.subject_id == bindparam("subject_id"),
    "project_id": bindparam("project_id", type_=Text()) == PROJECT,
    "actor_id": ActivityRow.actor_id == bindparam("actor_id"),
    "since": (ActivityRow.at >= bindparam("since")) & (ActivityRow.id >= bindparam("since_id")),
    "until": (ActivityRow.at < bindparam("until")) & (ActivityRow.id < bindparam("until_id")),
    "after": ActivityRow.id < bindparam("after"),
}


class PostgresActivityReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def activity(
        self, which: ActivityFilter, window: Window, *, after: UUID | None = None, visible_to: Actor
    ) -> Found[ActivityLine]:
        values = {name: value for name, value in msgspec.structs.asdict(which).items() if value is not None}
        own = not visible_to.may_see_all
        offset = 0 if after else window.offset
        given = {**_known(values), "me": visible_to.id, "after": after}
        place = {"reach": offset + window.size + 1, "offset": offset, "size": window.size + 1}
        names = (*values, "after") if after else tuple(values)
        rows = await self._lists.rows(_listed(names, own=own), given | place)
        counting = given | {"reach": FARTHEST + 1, "offset": 0, "size": FARTHEST + 1}
        ((total,),) = await self._lists.rows(_counted(tuple(values), own=own), counting)
        return going_on(rows, _line, window, total)


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """With the ids between which such times lie."""
    known = dict(values)
    if "project_id" in values:
        known["project_id"] = str(values["project_id"])
    for name, skew in (("since", -SKEW), ("until", SKEW)):
        if name in values:
            known[f"{name}_id"] = first_id(values[name], skew)
    return known


def _line(row: Row[Any]) -> ActivityLine:
    values = dict(zip(FIELDS, row, strict=True))
    return ActivityLine(**{**values, "act": Act(values["act"])})


@cache
def _listed(names: tuple[str, ...], *, own: bool) -> Select[Any]:
    found = _some(names, columns(ActivityRow, FIELDS), own=own)
    return found.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _counted(names: tuple[str, ...], *, own: bool) -> Select[Any]:
    found = _some(names, [ActivityRow.id], own=own).limit(bindparam("size"))
    return select(func.count()).select_from(found.subquery())


def _some(names: tuple[str, ...], wanted: list[Any], *, own: bool) -> Select[Any]:
    """Newest first. ``reach`` is how many rows of each index can matter."""
    which = select(*wanted).where(*(CONDITIONS[name] for name in names))
    if not own:
        return which.order_by(ActivityRow.id.desc())
    both = union(_backwards(which, ActivityRow.owner_id), _backwards(which, ActivityRow.actor_id)).subquery()
    return select(both).order_by(both.c.id.desc())


def _backwards(which: Select[Any], column: InstrumentedAttribute[Any]) -> Select[Any]:
    mine = which.where(same(column, "me")).order_by(column.desc(), ActivityRow.id.desc())
    return mine.limit(bindparam("reach")).subquery().select()
