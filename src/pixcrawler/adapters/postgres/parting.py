"""What a transaction writes last: new jobs, tasks, lines of logs, who did what, the answer to keep.

Nobody reads them before the commit, so they wait for it, and are one statement then, whatever there is of
them: a statement costs a round trip.
"""

# ruff: noqa: S608 -- joined from what stands in this file; all values are parameters
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.log import NOTED
from pixcrawler.domain.shared.once import IdempotencyInFlight

CHANNEL: Final = "pixcrawler_outbox"

_FIELDS = ", ".join(CrawlJob.__struct_fields__)
_JOBS = f"""
    jobs AS (
        INSERT INTO crawl_jobs ({_FIELDS})
        SELECT {_FIELDS} FROM jsonb_populate_recordset(NULL::crawl_jobs, CAST(:jobs AS jsonb)))
    """
_TASKS = {
    "id": "uuid",
    "name": "text",
    "payload": "bytea",
    "queue": "text",
    "priority": "int",
    "lane": "text",
    "owner_id": "uuid",
    "subject_id": "uuid",
    "run": "int",
    "request_id": "text",
}
_LINES = {
    "id": "uuid",
    "job_id": "uuid",
    "run": "int",
    "level": "text",
    "event": "text",
    "message": "text",
    "request_id": "text",
    "at": "timestamptz",
}
_ACTIVITY = {
    "id": "uuid",
    "act": "text",
    "subject_id": "uuid",
    "owner_id": "uuid",
    "actor_id": "uuid",
    "key_id": "uuid",
    "about": "jsonb",
    "request_id": "text",
}
_ANSWERS = {"owner_id": "uuid", "route": "text", "key": "text", "fingerprint": "bytea", "answer": "bytea"}
_NEW_LINES = f"""
    WHERE row.event <> '{NOTED}' OR NOT EXISTS (
        SELECT FROM crawl_job_logs AS known
        WHERE (known.job_id, known.run, known.event, known.message)
            = (row.job_id, row.run, row.event, row.message))
    """
_INTO = {
    "tasks": ("outbox", _TASKS, "RETURNING queue"),
    "lines": ("crawl_job_logs", _LINES, _NEW_LINES),
    "activity": ("activity", _ACTIVITY, ""),
    "answers": ("idempotency_keys", _ANSWERS, "ON CONFLICT DO NOTHING RETURNING 1"),
}
_SHOWN = {
    "tasks": f"(SELECT count(*) FROM tasks CROSS JOIN LATERAL pg_notify('{CHANNEL}', queue)) AS told",
    "answers": "(SELECT count(*) FROM answers) AS kept",
}

Values = Mapping[str, Any]


class Parting:
    """One transaction's last words. ``tasks``, ``lines``, ``activity`` and ``answers`` are rows by column."""

    def __init__(self) -> None:
        self.jobs: list[CrawlJob] = []
        self.tasks: list[Values] = []
        self.lines: list[Values] = []
        self.activity: list[Values] = []
        self.answers: list[Values] = []

    async def write(self, session: AsyncSession) -> None:
        """Raises IdempotencyInFlight when somebody else has kept an answer under the same key."""
        there = {
            "tasks": self.tasks,
            "lines": self.lines,
            "activity": self.activity,
            "answers": self.answers,
        }
        there = {name: rows for name, rows in there.items() if rows}
        if not there and not self.jobs:
            return
        values: dict[str, Any] = {
            f"{name}_{column}": [row[column] for row in rows]
            for name, rows in there.items()
            for column in _INTO[name][1]
        }
        if self.jobs:
            values["jobs"] = msgspec.json.encode(self.jobs).decode()
        written = (await session.execute(_statement(tuple(there), bool(self.jobs)), values)).one()
        if self.answers and written.kept < len(self.answers):
            raise IdempotencyInFlight


@cache
def _statement(names: tuple[str, ...], jobs: bool) -> TextClause:
    inserts = ", ".join([_JOBS] * jobs + [_insert(name, *_INTO[name]) for name in names])
    return text(f"WITH {inserts} SELECT {', '.join(_SHOWN[name] for name in names if name in _SHOWN) or '1'}")


def _insert(name: str, table: str, columns: Mapping[str, str], more: str) -> str:
    arrays = ", ".join(f"CAST(:{name}_{column} AS {kind}[])" for column, kind in columns.items())
    named = ", ".join(columns)
    return f"{name} AS (INSERT INTO {table} ({named}) SELECT * FROM unnest({arrays}) AS row ({named}) {more})"
