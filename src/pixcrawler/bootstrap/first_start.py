"""What must be there before the first process of the platform begins."""

import secrets
from dataclasses import dataclass, field

from pixcrawler.adapters.postgres.engine import open_engine
from pixcrawler.adapters.postgres.people import PostgresPeople
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import SystemClock, Uuid7
from pixcrawler.application.delivery.reactions import reactions_to
from pixcrawler.application.identity.ensure_local_account import EnsureLocalAccount
from pixcrawler.application.identity.ensure_superuser import EnsureSuperuser
from pixcrawler.bootstrap.built_in import built_in_provider
from pixcrawler.bootstrap.health import LANE
from pixcrawler.bootstrap.infrastructure import postgres_config
from pixcrawler.bootstrap.logs import request_id
from pixcrawler.bootstrap.servers import Servers, prepare
from pixcrawler.domain.identity.key_text import kind_in
from pixcrawler.settings import Settings


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What was made now, and is shown this once; ``repr`` does not show it."""

    key: str | None = field(repr=False)
    password: str | None = field(repr=False)


async def first_start(settings: Settings, found: Servers) -> FirstStart:
    """Schema, superuser and, where people log in on this machine, an account; without all that the whole
    application would load.

    Raises:
        Unavailable, Conflict: the database does not answer, or its schema is not this program's.
    """
    await prepare(settings, found)
    engine = open_engine(postgres_config(settings, found.database_url, pool_size=1, max_overflow=0))
    try:
        new_id, clock = Uuid7(), SystemClock()
        transaction = PostgresTransaction(
            engine, reactions=reactions_to, new_id=new_id, request_id=request_id
        )
        ensure = EnsureSuperuser(
            transaction=transaction,
            clock=clock,
            new_id=new_id,
            random=secrets.token_bytes,
            kind=kind_in(settings.pixcrawler.environment),
        )
        key = (await ensure()).key
        if settings.supabase.anon_key is not None:
            return FirstStart(key, None)
        ensure_account = EnsureLocalAccount(
            provider=built_in_provider(settings, engine, clock, new_id),
            people=PostgresPeople(engine),
            transaction=transaction,
            random=secrets.token_bytes,
        )
        return FirstStart(key, await ensure_account())
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
