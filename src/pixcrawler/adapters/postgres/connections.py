"""How many connections there are."""

from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine


def connections(*engines: AsyncEngine) -> dict[str, int]:
    """Of their pools together now, by state."""
    pools = [engine.pool for engine in engines if isinstance(engine.pool, QueuePool)]
    return {
        "in_use": sum(pool.checkedout() for pool in pools),
        "idle": sum(pool.checkedin() for pool in pools),
    }
