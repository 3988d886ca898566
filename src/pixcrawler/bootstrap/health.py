"""Looking after what the platform stands on."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.adapters.postgres.backlog import backlog
from pixcrawler.adapters.queue.roll_call import RollCall
from pixcrawler.application.ports.health import Backlog
from pixcrawler.bootstrap.infrastructure import Infrastructure

LANE = "shared"


class PlatformHealth:
    """The Health port over this process's own connections."""

    def __init__(self, base: Infrastructure, roll_call: RollCall, limiter: RedisLimiter | None) -> None:
        self._base = base
        self._roll_call = roll_call
        self._limiter = limiter

    async def backlog(self) -> Backlog:
        return await backlog(self._base.queue_engine, LANE)

    async def workers(self) -> int:
        return await self._roll_call.workers(LANE)

    async def limiter(self) -> None:
        if self._limiter is not None:
            await self._limiter.check()

    async def store(self) -> None:
        await self._base.store.check()
        if self._base.warm is not None:
            await self._base.warm.check()


def platform_health(
    base: Infrastructure, stack: AsyncExitStack, limiter: RedisLimiter | None
) -> PlatformHealth:
    """Nothing is connected before the first question; closed with the stack."""
    roll_call = RollCall(base.servers.redis_url, prefix=base.settings.redis.prefix)
    stack.push_async_callback(roll_call.close)
    return PlatformHealth(base, roll_call, limiter)
