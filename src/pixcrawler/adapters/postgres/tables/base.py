"""What all tables share: UUID keys made in Python, UTC times, named constraints."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from advanced_alchemy.base import AdvancedDeclarativeBase, CommonTableAttributes
from advanced_alchemy.types import DateTimeUTC
from sqlalchemy import CheckConstraint, MetaData, Table, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(CommonTableAttributes, AdvancedDeclarativeBase):
    """Rows are plain columns: no relationships, nothing deferred, so loading one is one statement."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMES)


class Identified(Base):
    """A row with a UUIDv7 of ours."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-10)


class Audited(Identified):
    """A row that knows when it was made and last changed, by the database's clock."""

    __abstract__ = True

    created_at: Mapped[datetime] = mapped_column(
        DateTimeUTC(timezone=True), server_default=func.now(), sort_order=90
    )
    updated_at: Mapped[datetime] = mapped_column(
        DateTimeUTC(timezone=True), server_default=func.now(), onupdate=func.now(), sort_order=91
    )


def table_of(row: type[CommonTableAttributes]) -> Table:
    """The bare table, for statements about columns: objects cost twice as much as what they hold."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """The column holds one of the enumeration's values."""
    values = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def not_negative(*columns: str) -> CheckConstraint:
    """None of these counts is below zero."""
    return CheckConstraint(" AND ".join(f"{column} >= 0" for column in columns), name="counts")
