"""Twenty of everything: each row again and again, with as little changed as its keys ask for."""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint

from pixcrawler.adapters.postgres.tables import metadata

Row = dict[str, Any]

DIGEST = 64
"""Characters of a SHA-256."""


async def multiply(connection: asyncpg.Connection, times: int) -> None:
    """Beside each row of each table so many more, of the same parents."""
    for table in metadata.sorted_tables:
        keys = _keys(table)
        if not all(keys):
            continue  # one for each parent, by its key
        found = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table.name} t")
        rows = [msgspec.json.decode(one["row"]) for one in found]
        more = [_changed(row, table, keys, number) for row in rows for number in range(1, times)]
        await connection.execute(
            f"INSERT INTO {table.name} SELECT * FROM jsonb_populate_recordset(NULL::{table.name}, $1::jsonb)",
            msgspec.json.encode(more).decode(),
        )


def _keys(table: Table) -> list[list[Column[Any]]]:
    """Of each key, the columns that a row may have otherwise than another of the same parent."""
    keys = [list(table.primary_key.columns)]
    keys += [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    keys += [list(one.columns) for one in table.indexes if isinstance(one, Index) and one.unique]
    return [[column for column in key if _may_change(column, table)] for key in keys]


def _may_change(column: Column[Any], table: Table) -> bool:
    listed = any(
        str(one.sqltext).startswith(f"{column.name} IN (")
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    )
    return not (column.foreign_keys or listed or column.name in ("kind", "tier", "source", "level"))


def _changed(row: Row, table: Table, keys: list[list[Column[Any]]], number: int) -> Row:
    for key in keys:
        column = key[-1]
        row = {**row, column.name: _another(row[column.name], number)}
    return row


def _another(value: object, number: int) -> object:
    match value:
        case int():
            return value + 1000 * number
        case str() if value.startswith("\\x"):
            return f"\\x{secrets.token_hex(len(value) // 2 - 1)}"
        case str() if len(value) == DIGEST:
            return hashlib.sha256(f"{value}{number}".encode()).hexdigest()
        case str():
            return _another_text(value, number)
        case _:
            return value


def _another_text(value: str, number: int) -> str:
    try:
        uuid.UUID(value)
    except ValueError:
        pass
    else:
        return str(uuid.uuid4())
    try:
        return (datetime.fromisoformat(value) - timedelta(hours=number)).isoformat()
    except ValueError:
        return f"{value} {number}"
