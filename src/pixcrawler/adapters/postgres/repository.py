"""The one base of all repositories, over advanced-alchemy's async repository."""

from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Insert, Select, Update, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import ColumnElement

from pixcrawler.adapters.postgres.tables.base import Base, table_of
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound

S = TypeVar("S", bound=msgspec.Struct)
R = TypeVar("R", bound=Base)

FRESH = {"populate_existing": True}


class Repository(Generic[S, R]):
    """Structs by id, one row each.

    A Struct is loaded from columns and saved by column, so each field of ``struct`` is a column of ``row``;
    loaded Structs have no defaults, or a missing column would go unnoticed. What nearly every act does (get,
    lock, add, save) makes no objects on the way.
    """

    row: ClassVar[type[Any]]
    struct: ClassVar[type[Any]]
    missing: ClassVar[type[NotFound]]

    _rows: ClassVar[type[SQLAlchemyAsyncRepository[Any]]]
    _get: ClassVar[Select[Any]]
    _lock: ClassVar[Select[Any]]
    _add: ClassVar[Insert]
    _save: ClassVar[Update]

    def __init_subclass__(cls) -> None:
        cls._rows = type("Rows", (SQLAlchemyAsyncRepository,), {"model_type": cls.row})
        table = table_of(cls.row)
        fields = [table.c[name] for name in cls.struct.__struct_fields__]
        cls._get = select(*fields).where(table.c.id == bindparam("key"))
        cls._lock = cls._get.with_for_update()
        cls._add = insert(table)
        cls._save = update(table).where(table.c.id == bindparam("its_id")).returning(table.c.id)
        if "version" in cls.struct.__struct_fields__:
            cls._save = cls._save.where(table.c.version == bindparam("its_version"))

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    @cached_property
    def rows(self) -> SQLAlchemyAsyncRepository[Any]:
        return self._rows(session=self.session, wrap_exceptions=False, auto_refresh=False)

    async def get(self, key: UUID) -> S:
        return await self._found(self._get, key)

    async def locked(self, key: UUID) -> S:
        return await self._found(self._lock, key)

    async def add(self, item: S) -> None:
        await self.session.execute(self._add, self.columns(item))

    async def save(self, item: S) -> None:
        """By column. Where there is a ``version``, it must not have moved on, and moves on now."""
        values = self.columns(item)
        key = values.pop("id")
        where: dict[str, Any] = {"its_id": key}
        if "version" in values:
            where["its_version"] = values["version"]
            values["version"] += 1
        result = await self.session.execute(self._save, values | where)
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

    async def _found(self, statement: Select[Any], key: UUID) -> S:
        row = (await self.session.execute(statement, {"key": key})).first()
        if row is None:
            raise self._missing(key)
        loaded: S = msgspec.convert(dict(row._mapping), self.struct)  # noqa: SLF001 -- its public way to names
        return loaded

    def _missing(self, key: UUID) -> NotFound:
        noun = self.struct.__name__
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in noun).strip()
        return self.missing(f"There is no {words} {key}.")
