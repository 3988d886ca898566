"""Pages of columns: one statement, no objects, no transaction around a single look."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Executable,
    Row,
    Select,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute

from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window

T = TypeVar("T")


def columns(table: type[Any], names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Their values are taken as the driver gives them: times are in UTC already."""
    return [
        type_coerce(column, DateTime(timezone=True)).label(name)
        if column.type.python_type is datetime
        else column
        for name in names
        for column in (getattr(table, name),)
    ]


def same(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """That the column has the value ``name``; for lists in the order of an index on it and the id.

    Ordered by both, such a list is read from that index. With ``=`` the planner knows that the column orders
    nothing, and may walk the primary key instead, past the rows of everybody else.
    """
    return column.between(bindparam(name), bindparam(name))


def counted(which: Select[Any]) -> ColumnElement[int]:
    """How many rows there are; it stops at one more than pages reach."""
    some: Select[Any] = which.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(some.limit(FARTHEST + 1).subquery()).scalar_subquery()


def first_id(at: datetime, skew: timedelta = timedelta()) -> UUID:
    """The least version 7 UUID (RFC 9562, 5.7) of that time and so much later; times that none can have, or
    that no datetime can hold, are taken to the nearest."""
    milliseconds = int((at.timestamp() + skew.total_seconds()) * 1000)
    return UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80)


def going_on(rows: Sequence[Row[Any]], make: Callable[[Row[Any]], T], window: Window, total: int) -> Found[T]:
    """A window of a list that goes on after the id in the first column; ``rows`` are one more than fit where
    it does."""
    shown = rows[: window.size]
    return Found(
        items=[make(row) for row in shown],
        total=min(total, FARTHEST),
        exact=total <= FARTHEST,
        next_cursor=str(shown[-1][0]) if len(rows) > window.size else None,
    )


class Lists:
    """Looks at one pool. Each statement is a transaction by itself, which saves two round trips."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = alone(engine)

    async def rows(self, statement: Executable, values: Mapping[str, object]) -> Sequence[Row[Any]]:
        with translating():
            async with self._engine.connect() as connection:
                return (await connection.execute(statement, values)).all()

    async def page(
        self, listed: Select[Any], make: Callable[..., T], window: Window, values: Mapping[str, object]
    ) -> Found[T]:
        """``listed`` has the total as its last column, and takes ``size`` and ``offset``."""
        place = {"size": window.size, "offset": window.offset}
        rows = await self.rows(listed, {**values, **place})
        total: int = rows[0][-1] if rows else 0
        if not rows and window.offset:  # behind the end, where no row tells the total
            first = await self.rows(listed, {**values, "size": 1, "offset": 0})
            total = first[0][-1] if first else 0
        items = [make(*row[:-1]) for row in rows]
        return Found(items=items, total=min(total, FARTHEST), exact=total <= FARTHEST)
