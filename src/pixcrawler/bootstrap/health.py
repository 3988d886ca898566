"""Looking after what the platform stands on."""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Generic, TypeVar

from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.adapters.postgres.backlog import backlog
from pixcrawler.adapters.queue.roll_call import RollCall
from pixcrawler.application.ports.health import Backlog
from pixcrawler.bootstrap.infrastructure import Infrastructure

LANE = "shared"
LIFE = 1.0
"""Seconds for which an answer serves whoever asks: strangers may, and every question costs."""
PATIENCE = 3.0
"""Seconds for one question, so that none that hangs keeps others from being asked."""

T = TypeVar("T")


class Shared(Generic[T]):
    """One question for all who ask at once, and shortly after. Who stops waiting stops nobody else."""

    def __init__(self, ask: Callable[[], Awaitable[T]], ticks: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._ticks = ticks
        self._until = 0.0
        self._question: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Raises what the question raises, TimeoutError."""
        question, now = self._question, self._ticks()
        if question is None or (question.done() and now >= self._until):
            question = asyncio.create_task(self._asked(), context=contextvars.Context())
            question.add_done_callback(_heard)
            self._question, self._until = question, now + LIFE
        return await asyncio.shield(question)

    async def _asked(self) -> T:
        async with asyncio.timeout(PATIENCE):
            return await self._ask()


def _heard(question: asyncio.Task[T]) -> None:
    """Also of a failure that nobody waited for."""
    if not question.cancelled():
        question.exception()


class PlatformHealth:
    """The Health port over this process's own connections."""

    def __init__(self, base: Infrastructure, roll_call: RollCall, limiter: RedisLimiter | None) -> None:
        self._base = base
        self._roll_call = roll_call
        self._limiter = limiter
        self.backlog = Shared(self._ask_backlog)
        self.workers = Shared(self._ask_workers)
        self.limiter = Shared(self._ask_limiter)
        self.store = Shared(self._ask_store)

    async def _ask_backlog(self) -> Backlog:
        return await backlog(self._base.queue_engine, LANE)

    async def _ask_workers(self) -> int:
        return await self._roll_call.workers(LANE)

    async def _ask_limiter(self) -> None:
        if self._limiter is not None:
            await self._limiter.check()

    async def _ask_store(self) -> None:
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
