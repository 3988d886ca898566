"""Datasets, versions and exports as people see them."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, DateTime, Select, and_, bindparam, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted, same
from pixcrawler.adapters.postgres.tables import DatasetRow, DatasetVersionRow, ExportRow, ProfileRow
from pixcrawler.application.ports.dataset_reads import (
    DatasetDetail,
    DatasetFilter,
    DatasetStatus,
    ExportDetail,
    ExportFilter,
    VersionLine,
)
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import DatasetId, DatasetVersionId, ExportId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.plans import PLANS

T = TypeVar("T")
OF_VERSION = ("dataset_id", "number")
"""What an export's detail tells of its version."""
LAST_USED = func.greatest(ExportRow.created_at, ExportRow.downloaded_at)
READY = and_(ExportRow.status == BuildStatus.READY, ExportRow.key.is_not(None))
EXPIRIES = [
    (and_(READY, ProfileRow.plan == plan), LAST_USED + timedelta(days=terms.export_days))
    for plan, terms in PLANS.items()
    if terms.export_days is not None
]
EXPIRY = type_coerce(case(*EXPIRIES, else_=None), DateTime(timezone=True))


def _made(kind: type[T]) -> Callable[..., T]:
    """From the values of columns that are its fields, in order."""
    names = kind.__struct_fields__  # type: ignore[attr-defined]
    return lambda *values: msgspec.convert(dict(zip(names, values, strict=True)), kind)


def _paged(which: Select[Any], *order: Any) -> Select[Any]:  # noqa: ANN401 -- columns of any type
    ordered = which.add_columns(counted(which)).order_by(*order)
    return ordered.limit(bindparam("size")).offset(bindparam("offset"))


@cache
def _datasets(*, own: bool, project: bool) -> Select[Any]:
    which, order = select(*columns(DatasetRow, DatasetDetail.__struct_fields__)), [DatasetRow.id.desc()]
    if project:
        which = which.where(same(DatasetRow.project_id, "project"))
        order = [DatasetRow.project_id.desc(), DatasetRow.id.desc()]
    if own:
        which = which.where(same(DatasetRow.owner_id, "me"))
        order = order if project else [DatasetRow.owner_id.desc(), DatasetRow.id.desc()]
    return _paged(which, *order)


@cache
def _versions() -> Select[Any]:
    which = select(*columns(DatasetVersionRow, VersionLine.__struct_fields__))
    which = which.where(DatasetVersionRow.dataset_id == bindparam("dataset"))
    return _paged(which, DatasetVersionRow.number.desc())


@cache
def _exports(*, own: bool, dataset: bool, status: bool) -> Select[Any]:
    which = _of_exports().where(ExportRow.plan["folder"].astext.is_(None))
    order = [ExportRow.id.desc()]
    if own:
        which = which.where(same(ExportRow.owner_id, "me"))
        order = [ExportRow.owner_id.desc(), ExportRow.id.desc()]
    if dataset:
        which = which.where(DatasetVersionRow.dataset_id == bindparam("dataset"))
    if status:
        which = which.where(ExportRow.status == bindparam("status"))
    return _paged(which, *order)


def _of_exports() -> Select[Any]:
    *names, _ = ExportDetail.__struct_fields__
    mine: list[ColumnElement[Any]] = [
        column
        for name in names
        for column in columns(DatasetVersionRow if name in OF_VERSION else ExportRow, [name])
    ]
    which = select(*mine, EXPIRY.label("expires_at")).select_from(ExportRow)
    which = which.join(DatasetVersionRow, DatasetVersionRow.id == ExportRow.version_id)
    return which.join(ProfileRow, ProfileRow.id == ExportRow.owner_id)


def _meant(dataset: UUID, number: int | None) -> ColumnElement[bool]:
    """This version of the dataset; None: the newest that is ready."""
    if number is not None:
        return and_(DatasetVersionRow.dataset_id == dataset, DatasetVersionRow.number == number)
    ready = select(DatasetVersionRow.id).where(
        DatasetVersionRow.dataset_id == dataset, DatasetVersionRow.status == BuildStatus.READY
    )
    newest = ready.order_by(DatasetVersionRow.number.desc()).limit(1).correlate(None)
    return DatasetVersionRow.id == newest.scalar_subquery()


def _no_version(number: int | None) -> DatasetVersionNotFound:
    which = "ready version" if number is None else f"version {number}"
    return DatasetVersionNotFound(f"The dataset has no {which}.")


class PostgresDatasetReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def datasets(
        self, which: DatasetFilter, window: Window, *, visible_to: Actor
    ) -> Found[DatasetDetail]:
        statement = _datasets(own=not visible_to.may_see_all, project=which.project_id is not None)
        values = {"me": visible_to.id, "project": which.project_id}
        return await self._lists.page(statement, _made(DatasetDetail), window, values)

    async def dataset(self, dataset_id: DatasetId, *, visible_to: Actor) -> DatasetDetail:
        wanted = select(*columns(DatasetRow, DatasetDetail.__struct_fields__))
        rows = await self._lists.rows(wanted.where(DatasetRow.id == dataset_id), {})
        if not rows or not visible_to.may_see(rows[0].owner_id):
            raise DatasetNotFound(f"There is no dataset {dataset_id}.")
        return _made(DatasetDetail)(*rows[0])

    async def status(self, dataset_id: DatasetId, *, visible_to: Actor) -> DatasetStatus:
        await self.dataset(dataset_id, visible_to=visible_to)
        return DatasetStatus(
            dataset_id=dataset_id,
            newest=await self._last(dataset_id),
            ready=await self._last(dataset_id, ready=True),
        )

    async def versions(
        self, dataset_id: DatasetId, window: Window, *, visible_to: Actor
    ) -> Found[VersionLine]:
        await self.dataset(dataset_id, visible_to=visible_to)
        return await self._lists.page(_versions(), _made(VersionLine), window, {"dataset": dataset_id})

    async def version(
        self, dataset_id: DatasetId, number: int | None, *, visible_to: Actor
    ) -> DatasetVersion:
        await self.dataset(dataset_id, visible_to=visible_to)
        wanted = select(*columns(DatasetVersionRow, DatasetVersion.__struct_fields__))
        rows = await self._lists.rows(wanted.where(_meant(dataset_id, number)), {})
        if not rows:
            raise _no_version(number)
        return _made(DatasetVersion)(*rows[0])

    async def version_id(
        self, dataset_id: DatasetId, number: int | None, *, visible_to: Actor
    ) -> DatasetVersionId:
        wanted = select(DatasetRow.owner_id, DatasetVersionRow.id).where(DatasetRow.id == dataset_id)
        wanted = wanted.outerjoin(DatasetVersionRow, _meant(dataset_id, number))
        rows = await self._lists.rows(wanted, {})
        if not rows or not visible_to.may_see(rows[0].owner_id):
            raise DatasetNotFound(f"There is no dataset {dataset_id}.")
        if rows[0].id is None:
            raise _no_version(number)
        return DatasetVersionId(rows[0].id)

    async def exports(self, which: ExportFilter, window: Window, *, visible_to: Actor) -> Found[ExportDetail]:
        statement = _exports(
            own=not visible_to.may_see_all,
            dataset=which.dataset_id is not None,
            status=which.status is not None,
        )
        values = {"me": visible_to.id, "dataset": which.dataset_id, "status": which.status}
        return await self._lists.page(statement, _made(ExportDetail), window, values)

    async def export(self, export_id: ExportId, *, visible_to: Actor) -> ExportDetail:
        rows = await self._lists.rows(_of_exports().where(ExportRow.id == export_id), {})
        if not rows or not visible_to.may_see(rows[0].owner_id):
            raise ExportNotFound(f"There is no export {export_id}.")
        return _made(ExportDetail)(*rows[0])

    async def ready_export(
        self, dataset_id: DatasetId, number: int | None, format_id: str | None, *, visible_to: Actor
    ) -> ExportDetail:
        version = await self.version(dataset_id, number, visible_to=visible_to)
        wanted = _of_exports().where(
            ExportRow.version_id == version.id,
            ExportRow.status == BuildStatus.READY,
            ExportRow.key.is_not(None),
        )
        if format_id is not None:
            wanted = wanted.where(ExportRow.format == format_id)
        rows = await self._lists.rows(wanted.order_by(ExportRow.id.desc()).limit(1), {})
        if not rows:
            kind = "ready export" if format_id is None else f"ready export as {format_id}"
            raise ExportNotFound(f"Version {version.number} has no {kind}; ask for one with POST /exports.")
        return _made(ExportDetail)(*rows[0])

    async def _last(self, dataset: UUID, *, ready: bool = False) -> VersionLine | None:
        wanted = select(*columns(DatasetVersionRow, VersionLine.__struct_fields__)).where(
            DatasetVersionRow.dataset_id == dataset
        )
        if ready:
            wanted = wanted.where(DatasetVersionRow.status == BuildStatus.READY)
        rows = await self._lists.rows(wanted.order_by(DatasetVersionRow.number.desc()).limit(1), {})
        return _made(VersionLine)(*rows[0]) if rows else None
