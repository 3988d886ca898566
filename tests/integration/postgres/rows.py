"""A row of somebody's own in every table, made from the tables' own description."""

import re
import secrets
import uuid
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import ARRAY, JSON, CheckConstraint, Column, Table
from sqlalchemy.dialects.postgresql import BIT

from pixcrawler.adapters.postgres.tables import metadata

Row = dict[str, Any]
SPECIAL: dict[str, Row] = {
    "api_keys": {"last4": "abcd"},
    "images": {"sha256": "0" * 64},
    "validations": {"images": 9},
    "validation_chunks": {"done": 0},
}
"""What constraints ask for and types do not tell."""


async def furnish(connection: asyncpg.Connection, person: uuid.UUID) -> dict[str, Row]:
    """One row in each table, in the order of foreign keys; by table, what was put in."""
    made: dict[str, Row] = {}
    for table in metadata.sorted_tables:
        row = _row(table, person, made)
        columns = ", ".join(f'"{name}"' for name in row)
        await connection.execute(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns}"
            f" FROM jsonb_populate_record(NULL::{table.name}, $1::jsonb)",
            msgspec.json.encode(row).decode(),
        )
        made[table.name] = row
    return made


def _row(table: Table, person: uuid.UUID, made: dict[str, Row]) -> Row:
    if table.name == "profiles":
        return {
            "id": str(person),
            "name": f"person {person}",
            "email": f"{person}@example.org",
            "role": "user",
        }
    row = {
        column.name: _value(column, table, made)
        for column in table.columns
        if column.name == "owner_id" or not (column.nullable or column.server_default is not None)
    }
    if "owner_id" in row:
        row["owner_id"] = str(person)
    return row | SPECIAL.get(table.name, {})


def _value(column: Column[Any], table: Table, made: dict[str, Row]) -> object:
    for key in column.foreign_keys:
        if key.column.table is not table:
            return made[key.column.table.name][key.column.name]
    if (allowed := _allowed(column, table)) is not None:
        return allowed
    if isinstance(getattr(column.type, "impl", column.type), JSON):
        return {}
    if isinstance(column.type, BIT):
        return "0" * (column.type.length or 1)
    if isinstance(column.type, ARRAY):
        return ["x"] if column.type.item_type.python_type is str else []
    values = {
        "str": lambda: f"x{secrets.token_hex(6)}",
        "int": lambda: 1,
        "float": lambda: 0.5,
        "bool": lambda: False,
        "bytes": lambda: f"\\x{secrets.token_hex(32)}",
        "UUID": lambda: str(uuid.uuid4()),
        "datetime": lambda: "2026-01-01T00:00:00Z",
        "date": lambda: "2026-01-01",
        "time": lambda: "12:00:00",
    }
    made_up: object = values[column.type.python_type.__name__]()  # type: ignore[no-untyped-call]
    return made_up


def _allowed(column: Column[Any], table: Table) -> str | None:
    """The first value of a column that has only some."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.match(rf"{column.name} IN \('([^']*)'", str(constraint.sqltext))
            if found:
                return found[1]
    return None
