"""Jobs as people see them."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, same
from pixcrawler.adapters.postgres.tables import ChunkRow, CrawlJobLogRow, CrawlJobRow, OutboxRow, QueryRow
from pixcrawler.adapters.postgres.troubles import TROUBLES, told
from pixcrawler.application.ports.jobs import (
    JobDetail,
    JobFilter,
    JobProgress,
    JobSummary,
    LogEntry,
    TaskLine,
    Trouble,
    progress_of,
    request_of,
)
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import sentence_of
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.paging import Found, Window

SUMMARY = JobSummary.__struct_fields__
WHOLE = CrawlJob.__struct_fields__
DETAIL: Callable[..., JobDetail] = JobDetail
LINE: Callable[..., TaskLine] = TaskLine
"""Made from columns that are their fields, in order."""


@cache
def _listed(*, own: bool, project: bool, status: bool) -> Select[Any]:
    which, order = select(*columns(CrawlJobRow, SUMMARY)), [CrawlJobRow.id.desc()]
    if own:
        which = which.where(same(CrawlJobRow.owner_id, "me"))
        order = [CrawlJobRow.owner_id.desc(), CrawlJobRow.id.desc()]
    if project:
        which = which.where(same(CrawlJobRow.project_id, "project"))
        order = [CrawlJobRow.project_id.desc(), CrawlJobRow.id.desc()]
    if status:
        which = which.where(CrawlJobRow.status == bindparam("status"))
    ordered = which.add_columns(counted(which)).order_by(*order)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _one(*names: str, own: bool) -> Select[Any]:
    which = select(*columns(CrawlJobRow, names)).where(CrawlJobRow.id == bindparam("job"))
    return which.where(CrawlJobRow.owner_id == bindparam("me")) if own else which


@cache
def _going_on(*, own: bool) -> Select[Any]:
    """The job, its open chunks and searches, the pages asked for, and the time."""
    chunks = select(func.count()).where(
        ChunkRow.job_id == CrawlJobRow.id, ChunkRow.status == ChunkStatus.ACTIVE
    )
    searches = select(func.count()).where(QueryRow.job_id == CrawlJobRow.id, QueryRow.searching)
    pages = select(func.coalesce(func.sum(QueryRow.pages), 0)).where(QueryRow.job_id == CrawlJobRow.id)
    whats = [one.correlate(CrawlJobRow).scalar_subquery() for one in (chunks, searches, pages)]
    return _one(*WHOLE, own=own).add_columns(*whats, func.clock_timestamp())


@cache
def _tasks() -> Select[Any]:
    which = select(*columns(OutboxRow, TaskLine.__struct_fields__))
    which = which.where(OutboxRow.subject_id == bindparam("job"))
    ordered = which.add_columns(counted(which)).order_by(OutboxRow.id)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _log() -> Select[Any]:
    which = select(*columns(CrawlJobLogRow, LogEntry.__struct_fields__))
    which = which.where(CrawlJobLogRow.job_id == bindparam("job"))
    ordered = which.add_columns(counted(which)).order_by(CrawlJobLogRow.id)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


class PostgresJobReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def jobs(self, which: JobFilter, window: Window, *, visible_to: Actor) -> Found[JobSummary]:
        statement = _listed(
            own=not visible_to.may_see_all,
            project=which.project_id is not None,
            status=which.status is not None,
        )
        values = {"me": visible_to.id, "project": which.project_id, "status": which.status}
        return await self._lists.page(statement, JobSummary, window, values)

    async def job(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobDetail:
        row = await self._row(_one(*SUMMARY, "spec", own=not visible_to.may_see_all), job_id, visible_to)
        return DETAIL(*row[:-1], request_of(msgspec.convert(row[-1], JobSpec)))

    async def progress(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobProgress:
        row = await self._row(_going_on(own=not visible_to.may_see_all), job_id, visible_to)
        chunks, searches, pages, now = row[-4:]
        troubles = await self._lists.rows(TROUBLES, {"job": job_id})
        return progress_of(
            msgspec.convert(dict(zip(WHOLE, row, strict=False)), CrawlJob),
            open_chunks=chunks,
            open_searches=searches,
            pages_searched=pages,
            troubles=tuple(Trouble(*one) for one in told(troubles)),
            now=now,
        )

    async def tasks(self, job_id: CrawlJobId, window: Window, *, visible_to: Actor) -> Found[TaskLine]:
        await self._row(_one("id", own=not visible_to.may_see_all), job_id, visible_to)
        return await self._lists.page(_tasks(), _task_line, window, {"job": job_id})

    async def log(self, job_id: CrawlJobId, window: Window, *, visible_to: Actor) -> Found[LogEntry]:
        await self._row(_one("id", own=not visible_to.may_see_all), job_id, visible_to)
        return await self._lists.page(_log(), LogEntry, window, {"job": job_id})

    async def _row(self, statement: Select[Any], job_id: UUID, actor: Actor) -> Sequence[Any]:
        rows = await self._lists.rows(statement, {"job": job_id, "me": actor.id})
        if not rows:
            raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
        found: Sequence[Any] = rows[0]
        return found


def _task_line(*values: object) -> TaskLine:
    line: TaskLine = LINE(*values)
    if line.last_error is None:
        return line
    return msgspec.structs.replace(line, last_error=sentence_of(line.last_error))
