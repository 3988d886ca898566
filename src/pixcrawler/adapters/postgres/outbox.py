"""The outbox as a queue of tasks. All times are the database's."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pixcrawler.adapters.postgres.engine import alone, plain_dsn, translating
from pixcrawler.adapters.postgres.parting import CHANNEL
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Beat, ClaimedTask

ANSWERS = 20.0
"""Seconds that an act may take: far more than Postgres needs for one, and less than a lease or a stop. Only a
way to the database that is dead takes longer, and would for a quarter of an hour."""

CLAIM = text(
    """
    UPDATE outbox t
    SET state = 'running', token = t.token + 1, lease_owner = :worker,
        lost_leases = t.lost_leases + CASE WHEN t.state = 'running' THEN 1 ELSE 0 END,
        lease_expires_at = clock_timestamp() + make_interval(secs => :lease)
    WHERE t.id = (
        SELECT o.id FROM outbox o
        WHERE o.lane = :lane AND o.queue = :queue AND o.name = ANY(CAST(:names AS text[]))
          AND ((o.state = 'pending' AND o.due_at <= clock_timestamp())
            OR (o.state = 'running' AND o.lease_expires_at < clock_timestamp()))
        ORDER BY o.priority,
                 (SELECT count(*) FROM outbox r WHERE r.state = 'running' AND r.owner_id = o.owner_id
                                                  AND r.lease_expires_at >= clock_timestamp()),
                 o.id
        LIMIT 1 FOR UPDATE OF o SKIP LOCKED
    )
    RETURNING t.id, t.name, t.payload, t.token, t.failures, t.lost_leases, t.subject_id, t.request_id
    """
)
BEAT = text(
    """
    WITH held AS (
        UPDATE outbox SET lease_expires_at = clock_timestamp() + make_interval(secs => :lease)
        WHERE id = :id AND token = :token AND state = 'running' RETURNING subject_id, run, name
    )
    SELECT held.run IS NULL OR j.id IS NULL OR (j.run = held.run AND (j.status = 'running'
        OR (j.status = 'completed' AND held.name = ANY(CAST(:going_on AS text[]))))) AS current
    FROM held LEFT JOIN crawl_jobs j ON j.id = held.subject_id
    """
)
"""Tasks of a run end with it, but for those that go on when the job is complete."""
CLOSE = text(
    """
    UPDATE outbox SET state = CASE WHEN CAST(:error AS text) IS NULL THEN 'done' ELSE 'failed' END,
        last_error = COALESCE(CAST(:error AS text), last_error), lease_owner = NULL, lease_expires_at = NULL,
        ended_at = clock_timestamp()
    WHERE id = :id AND token = :token AND state = 'running'
    """
)
RELEASE = text(
    """
    UPDATE outbox SET state = 'pending', lease_owner = NULL, lease_expires_at = NULL,
        due_at = clock_timestamp()
    WHERE id = :id AND token = :token AND state = 'running'
    """
)
REPEAT = text(
    """
    UPDATE outbox SET state = 'pending', failures = failures + 1, last_error = :error, lease_owner = NULL,
        lease_expires_at = NULL, due_at = clock_timestamp() + make_interval(secs => :after)
    WHERE id = :id AND token = :token AND state = 'running'
    """
)
TAKE_OVER = text(
    """
    UPDATE outbox SET state = 'pending', token = token + 1, lease_owner = NULL, lease_expires_at = NULL,
        due_at = clock_timestamp()
    WHERE lane = :lane AND state = 'running'
    """
)
DUE = text(
    """
    SELECT queue, count(*) AS number FROM outbox
    WHERE lane = :lane AND name = ANY(CAST(:names AS text[]))
      AND ((state = 'pending' AND due_at <= clock_timestamp())
        OR (state = 'running' AND lease_expires_at < clock_timestamp()))
    GROUP BY queue
    """
)
PRUNE = text(
    """
    DELETE FROM outbox WHERE id IN (
        SELECT id FROM outbox WHERE state IN ('done', 'failed')
           AND ended_at < clock_timestamp() - make_interval(secs => :age) LIMIT :most)
    """
)
TICK = text(
    """
    WITH new AS (
        INSERT INTO schedules (name, next_at)
        VALUES (:name, clock_timestamp() + make_interval(secs => :every))
        ON CONFLICT DO NOTHING RETURNING name, next_at
    ), due AS (
        UPDATE schedules SET next_at = clock_timestamp() + make_interval(secs => :every)
        WHERE name = :name AND next_at <= clock_timestamp() RETURNING name, next_at
    ), ticked AS (SELECT * FROM new UNION ALL SELECT * FROM due)
    INSERT INTO outbox (id, name, payload, queue, lane, priority, occasion)
    SELECT :id, :task, convert_to('{}', 'UTF8'), :queue, :lane, 500,
           name || '@' || to_char(next_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    FROM ticked
    ON CONFLICT (occasion) DO NOTHING
    """
)


class PostgresTaskQueue:
    """See the port. ``names`` are the tasks that this program knows, ``going_on`` those of them that do not
    end when their job is complete; ``answers`` is in seconds."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        url: str,
        names: Collection[str],
        new_id: NewId,
        going_on: Collection[str] = (),
        answers: float = ANSWERS,
    ) -> None:
        self._engine = alone(engine)  # each act is one statement
        self._answers = answers
        self._url = url
        self._names = sorted(names)
        self._going_on = sorted(going_on)
        self._new_id = new_id

    async def claim(self, queue: str, lane: str, *, worker: str, lease: timedelta) -> ClaimedTask | None:
        values = {
            "queue": queue,
            "lane": lane,
            "names": self._names,
            "worker": worker,
            "lease": lease.total_seconds(),
        }
        async with self._connection() as connection:
            row = (await connection.execute(CLAIM, values)).mappings().first()
        if row is None:
            return None
        return msgspec.convert(dict(row), ClaimedTask)

    async def beat(self, lease: Lease, *, extend: timedelta) -> Beat:
        held = {"id": lease.task_id, "token": lease.token, "lease": extend.total_seconds()}
        values = {**held, "going_on": self._going_on}
        async with self._connection() as connection:
            row = (await connection.execute(BEAT, values)).first()
        return Beat(held=row is not None, current=row is not None and bool(row.current))

    async def close(self, lease: Lease) -> None:
        await self._run(CLOSE, id=lease.task_id, token=lease.token, error=lease.failing)

    async def release(self, lease: Lease) -> None:
        await self._run(RELEASE, id=lease.task_id, token=lease.token)

    async def repeat(self, lease: Lease, error: str, *, after: timedelta) -> None:
        await self._run(
            REPEAT, id=lease.task_id, token=lease.token, error=error[:500], after=after.total_seconds()
        )

    async def take_over(self, lane: str) -> int:
        return await self._run(TAKE_OVER, lane=lane)

    async def due(self, lane: str) -> dict[str, int]:
        async with self._connection() as connection:
            rows = await connection.execute(DUE, {"lane": lane, "names": self._names})
            return {row.queue: row.number for row in rows}

    async def prune(self, *, older_than: timedelta, most: int) -> int:
        return await self._run(PRUNE, age=older_than.total_seconds(), most=most)

    async def tick(self, name: str, *, every: timedelta, task: str, queue: str, lane: str) -> bool:
        values = {"id": self._new_id(), "name": name, "task": task, "queue": queue, "lane": lane}
        return bool(await self._run(TICK, every=every.total_seconds(), **values))

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        told: asyncio.Queue[str | None] = asyncio.Queue()
        with translating():
            connection = await asyncpg.connect(plain_dsn(self._url), timeout=5, command_timeout=self._answers)
        try:
            connection.add_termination_listener(lambda _: told.put_nowait(None))
            await connection.add_listener(CHANNEL, lambda *heard: told.put_nowait(str(heard[-1])))

            async def queues() -> AsyncIterator[str]:
                while (queue := await told.get()) is not None:
                    yield queue

            yield queues()
        finally:
            with suppress(Exception):
                await connection.close(timeout=1)

    async def _run(self, statement: TextClause, **values: object) -> int:
        async with self._connection() as connection:
            return int((await connection.execute(statement, values)).rowcount)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        with translating():
            async with asyncio.timeout(self._answers), self._engine.connect() as connection:
                yield connection
