"""Projects as people see them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, same
from pixcrawler.adapters.postgres.tables import ProjectRow
from pixcrawler.application.ports.projects import ProjectDetail, ProjectFilter
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.domain.shared.paging import Found, Window

DETAIL: Callable[..., ProjectDetail] = ProjectDetail
"""Made from columns that are its fields, in order."""
FIELDS = ProjectDetail.__struct_fields__


@cache
def _listed(*, own: bool, status: bool) -> Select[Any]:
    which, order = select(*columns(ProjectRow, FIELDS)), [ProjectRow.id.desc()]
    if own:
        which = which.where(same(ProjectRow.owner_id, "me"))
        order = [ProjectRow.owner_id.desc(), ProjectRow.id.desc()]
    if status:
        which = which.where(ProjectRow.status == bindparam("status"))
    ordered = which.add_columns(counted(which)).order_by(*order)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _one(*, own: bool) -> Select[Any]:
    which = select(*columns(ProjectRow, FIELDS)).where(ProjectRow.id == bindparam("project"))
    return which.where(ProjectRow.owner_id == bindparam("me")) if own else which


class PostgresProjectReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def projects(
        self, which: ProjectFilter, window: Window, *, visible_to: Actor
    ) -> Found[ProjectDetail]:
        statement = _listed(own=not visible_to.may_see_all, status=which.status is not None)
        values = {"me": visible_to.id, "status": which.status}
        return await self._lists.page(statement, ProjectDetail, window, values)

    async def project(self, project_id: ProjectId, *, visible_to: Actor) -> ProjectDetail:
        statement = _one(own=not visible_to.may_see_all)
        rows = await self._lists.rows(statement, {"project": project_id, "me": visible_to.id})
        if not rows:
            raise ProjectNotFound(f"There is no project {project_id}.")
        return DETAIL(*rows[0])
