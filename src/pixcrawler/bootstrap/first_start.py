"""What must be there before the first process of the platform begins."""

import secrets

from pixcrawler.adapters.postgres.engine import open_engine
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import SystemClock, Uuid7
from pixcrawler.application.delivery.reactions import reactions_to
from pixcrawler.application.identity.ensure_superuser import EnsureSuperuser, LocalSuperuser
from pixcrawler.bootstrap.health import LANE
from pixcrawler.bootstrap.infrastructure import postgres_config
from pixcrawler.bootstrap.logs import request_id
from pixcrawler.bootstrap.servers import Servers, prepare
from pixcrawler.domain.identity.key_text import kind_in
from pixcrawler.settings import Settings


async def first_start(settings: Settings, found: Servers) -> LocalSuperuser:
    """Schema and superuser, without all that the whole application would load.

    Raises:
        Unavailable, Conflict: the database does not answer, or its schema is not this program's.
    """
    await prepare(settings, found)
    engine = open_engine(postgres_config(settings, found.database_url, pool_size=1, max_overflow=0))
    try:
        new_id = Uuid7()
        ensure = EnsureSuperuser(
            transaction=PostgresTransaction(
                engine, reactions=reactions_to, new_id=new_id, request_id=request_id
            ),
            clock=SystemClock(),
            new_id=new_id,
            random=secrets.token_bytes,
            kind=kind_in(settings.pixcrawler.environment),
        )
        return await ensure()
    finally:
        await engine.dispose()


async def find_redis(settings: Settings, found: Servers) -> None:
    """Raises RedisUnavailable when it does not answer."""
    from pixcrawler.adapters.queue.roll_call import RollCall

    roll_call = RollCall(found.redis_url, prefix=settings.redis.prefix)
    try:
        await roll_call.workers(LANE)
    finally:
        await roll_call.close()
