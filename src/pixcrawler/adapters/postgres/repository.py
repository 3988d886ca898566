"""The one base of all repositories, over advanced-alchemy's async repository."""

from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from pixcrawler.adapters.postgres.tables.base import Base
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound

S = TypeVar("S", bound=msgspec.Struct)
R = TypeVar("R", bound=Base)

FRESH = {"populate_existing": True}


class Repository(Generic[S, R]):
    """Structs by id, one row each.

    A Struct is loaded from a row's attributes and saved by column, so each field of ``struct`` is a
    column of ``row``; loaded Structs have no defaults, or a missing column would go unnoticed.
    """

    row: ClassVar[type[Any]]
    struct: ClassVar[type[Any]]
    missing: ClassVar[type[NotFound]]

    _rows: ClassVar[type[SQLAlchemyAsyncRepository[Any]]]

    def __init_subclass__(cls) -> None:
        cls._rows = type("Rows", (SQLAlchemyAsyncRepository,), {"model_type": cls.row})

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    @cached_property
    def rows(self) -> SQLAlchemyAsyncRepository[Any]:
        return self._rows(session=self.session, wrap_exceptions=False, auto_refresh=False)

    async def get(self, key: UUID) -> S:
        found = await self.rows.get_one_or_none(self.row.id == key, execution_options=FRESH)
        return self._loaded(found, key)

    async def locked(self, key: UUID) -> S:
        found = await self.rows.get_one_or_none(
            self.row.id == key, with_for_update=True, execution_options=FRESH
        )
        return self._loaded(found, key)

    async def add(self, item: S) -> None:
        await self.rows.add(self.row(**self.columns(item)))

    async def save(self, item: S) -> None:
        """By column. Where there is a ``version``, it must not have moved on, and moves on now."""
        values = self.columns(item)
        key = values.pop("id")
        statement = update(self.row).where(self.row.id == key)
        if "version" in values:
            statement = statement.where(self.row.version == values["version"])
            values["version"] += 1
        result = await self.session.execute(statement.values(**values).returning(self.row.id))
        if result.first() is None:
            if "version" in values and await self.rows.exists(self.row.id == key):
                raise ChangedMeanwhile("Somebody else changed it meanwhile; load it again.")
            raise self._missing(key)
        if "version" in values:
            item.version = values["version"]  # type: ignore[attr-defined]

    async def delete(self, key: UUID) -> None:
        if not await self.rows.delete_where(self.row.id == key):
            raise self._missing(key)

    async def count(self, *which: ColumnElement[bool]) -> int:
        return await self.rows.count(*which)

    async def find(self, *which: ColumnElement[bool]) -> S | None:
        """The only one, or the first; None when there is none."""
        found = await self.rows.get_many(*which, execution_options=FRESH)
        return self._struct(found[0]) if found else None

    def columns(self, item: S) -> dict[str, Any]:
        return {name: getattr(item, name) for name in item.__struct_fields__}

    def _struct(self, row: R) -> S:
        loaded: S = msgspec.convert(row, self.struct, from_attributes=True)
        return loaded

    def _loaded(self, row: R | None, key: UUID) -> S:
        if row is None:
            raise self._missing(key)
        return self._struct(row)

    def _missing(self, key: UUID) -> NotFound:
        noun = self.struct.__name__
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in noun).strip()
        return self.missing(f"There is no {words} {key}.")
