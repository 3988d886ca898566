"""What waits in the outbox."""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.application.ports.health import Backlog, QueueBacklog

BACKLOG = text(
    """
    SELECT queue, count(*) FILTER (WHERE state = 'pending' AND due_at <= clock_timestamp()) AS waiting,
           count(*) FILTER (WHERE state = 'running') AS running,
           extract(epoch FROM clock_timestamp()
               - min(due_at) FILTER (WHERE state = 'pending' AND due_at <= clock_timestamp())) AS oldest
    FROM outbox WHERE lane = :lane AND state IN ('pending', 'running') GROUP BY queue
    """
)


async def backlog(engine: AsyncEngine, lane: str) -> Backlog:
    """Raises DatabaseUnavailable."""
    with translating():
        async with engine.connect() as connection:
            rows = (await connection.execute(BACKLOG, {"lane": lane})).all()
    return Backlog({row.queue: _of_queue(row) for row in rows})


def _of_queue(row: Row[Any]) -> QueueBacklog:
    oldest = None if row.oldest is None else round(float(row.oldest), 1)
    return QueueBacklog(waiting=row.waiting, running=row.running, oldest_seconds=oldest)
