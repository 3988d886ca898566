"""The connections that processes of ours will open, held against what Postgres lets in."""

from pixcrawler.adapters.postgres.capacity import check_room
from pixcrawler.bootstrap.infrastructure import QUEUE_OVERFLOW, QUEUE_POOL
from pixcrawler.bootstrap.servers import Servers
from pixcrawler.settings import Settings

LISTENING = 1
"""A worker's own connection to hear of new tasks."""


async def check_capacity(settings: Settings, found: Servers, *, api: int = 0, workers: int = 0) -> None:
    """For so many processes that are about to start. Behind a pooler only the pooler's own limits count.

    Raises:
        TooFewConnections, BehindTheWalls, DatabaseUnavailable
    """
    database = settings.database
    queue = QUEUE_POOL + QUEUE_OVERFLOW
    each = 0 if database.pooler else database.pool_size + database.max_overflow + queue
    parts = []
    if api:
        parts.append(f"{api} API process{'es' if api > 1 else ''} (API_WORKERS) × {each}")
    if workers:
        parts.append(f"{workers} worker{'s' if workers > 1 else ''} × {each + LISTENING}")
    pools = f"DATABASE_POOL_SIZE {database.pool_size} + DATABASE_MAX_OVERFLOW {database.max_overflow}"
    await check_room(
        found.direct_url,
        wanted=api * each + workers * (each + LISTENING),
        how=f"{' + '.join(parts)} ({pools} + {queue} for the queue)",
    )
