"""Answers and job logs in memory. Units of work are one at a time, so no key is ever in flight."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from pixcrawler.application.ports.clock import NewId
from pixcrawler.domain.crawling.log import NOTED, LogLine
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.once import IdempotencyInFlight, Once
from tests.fakes.memory_tables import AnswerEntry, LogEntry, Tables

A = TypeVar("A", bound=msgspec.Struct)


class MemoryAnswers:
    def __init__(self, tables: Tables) -> None:
        self.rows = tables.answers

    async def find(self, once: Once | None, *, owner: UserId, type: type[A]) -> A | None:  # noqa: A002 -- see the port
        kept = None if once is None else self.rows.get((owner, once.route, once.key))
        if once is None or kept is None:
            return None
        once.check(kept.fingerprint)
        return msgspec.json.decode(kept.answer, type=type)

    async def keep(self, once: Once | None, answer: msgspec.Struct, *, owner: UserId) -> None:
        if once is None:
            return
        if (owner, once.route, once.key) in self.rows:
            raise IdempotencyInFlight
        self.rows[owner, once.route, once.key] = AnswerEntry(
            fingerprint=once.fingerprint, answer=msgspec.json.encode(answer), at=datetime.now(UTC)
        )

    async def forget(self, *, older_than: timedelta, most: int) -> int:
        old = [key for key, kept in self.rows.items() if kept.at < datetime.now(UTC) - older_than]
        for key in old[:most]:
            del self.rows[key]
        return len(old[:most])


class MemoryJobLog:
    def __init__(self, tables: Tables, new_id: NewId, request_id: Callable[[], str | None]) -> None:
        self.rows = tables.job_log
        self._new_id = new_id
        self._request_id = request_id

    async def add(self, line: LogLine) -> None:
        if line.event == NOTED and any(_same(one.line, line) for one in self.rows.values()):
            return
        key = self._new_id()
        self.rows[key] = LogEntry(id=key, job_id=line.job_id, line=line, request_id=self._request_id())


def _same(one: LogLine, other: LogLine) -> bool:
    return (one.job_id, one.run, one.event, one.message) == (
        other.job_id,
        other.run,
        other.event,
        other.message,
    )
