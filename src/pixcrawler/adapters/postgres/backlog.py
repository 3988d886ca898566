"""What waits in the outbox."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.application.ports.health import Backlog

BACKLOG = text(
    """
    SELECT count(*) FILTER (WHERE state = 'pending' AND due_at <= clock_timestamp()) AS waiting,
           count(*) FILTER (WHERE state = 'running') AS running,
           extract(epoch FROM clock_timestamp()
               - min(due_at) FILTER (WHERE state = 'pending' AND due_at <= clock_timestamp())) AS oldest
    FROM outbox WHERE lane = :lane AND state IN ('pending', 'running')
    """
)


async def backlog(engine: AsyncEngine, lane: str) -> Backlog:
    """Raises DatabaseUnavailable."""
    with translating():
        async with engine.connect() as connection:
            row = (await connection.execute(BACKLOG, {"lane": lane})).one()
    oldest = None if row.oldest is None else round(float(row.oldest), 1)
    return Backlog(waiting=row.waiting, running=row.running, oldest_seconds=oldest)
