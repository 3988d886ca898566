"""Counting for all processes together, in Redis.

Requests that come while a round trip is under way go together in the next one, so a busy process asks once
for many. Every key expires. The script takes several keys at once, which Redis Cluster does not allow.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TypeAlias

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from pixcrawler.adapters.limits.script import SCRIPT
from pixcrawler.application.ports.limiter import Left, LimiterAway, Quota
from pixcrawler.application.ports.waiting import stopped

ANSWERS = 2.0
"""Seconds that Redis gets."""
PAUSE = 0.5
"""Seconds between two looks whether Redis is back; nobody's request waits for them."""
MOST_TOGETHER = 256
"""Requests in one round trip: the script holds up all others on the server meanwhile."""

COUNT, LOOK = 1, 2
"""What the script is to do with a request; see there."""

PROBE = Quota(name="probe", who="", most=1_000_000, seconds=1)

Asked: TypeAlias = tuple[Sequence[Quota], int, asyncio.Future[Sequence[Left]]]

log = structlog.get_logger(__name__)


class RedisLimiter:
    """The Limiter port. ``prefix`` starts every key. It belongs to the event loop that first asks it."""

    def __init__(self, url: str, *, prefix: str, answers: float = ANSWERS, pause: float = PAUSE) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=None, socket_connect_timeout=answers, retry=Retry(NoBackoff(), 1)
        )
        self._answers = answers
        self._pause = pause
        self._script = self._redis.register_script(SCRIPT)
        self._prefix = prefix
        self._waiting: list[Asked] = []
        self._asking: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    async def take(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        return await self._answer(quotas, COUNT)

    async def look(self, quotas: Sequence[Quota]) -> Sequence[Left]:
        return await self._answer(quotas, LOOK)

    async def _answer(self, quotas: Sequence[Quota], act: int) -> Sequence[Left]:
        if self._looking is not None:
            raise LimiterAway
        answer: asyncio.Future[Sequence[Left]] = asyncio.get_running_loop().create_future()
        self._waiting.append((quotas, act, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def check(self) -> None:
        """By counting: a Redis that is full, or a copy that takes no writes, answers a ping too.

        Raises LimiterAway.
        """
        try:
            async with asyncio.timeout(self._answers):
                await self._count([([PROBE], COUNT)])
        except (RedisError, OSError, TimeoutError) as error:
            raise LimiterAway from error

    async def aclose(self) -> None:
        for task in (self._asking, self._looking):
            if task is not None:
                await stopped(task)
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    async def _ask(self) -> None:
        """Until nobody waits."""
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                try:
                    async with asyncio.timeout(self._answers):
                        _tell(batch, await self._count([one[:2] for one in batch]))
                except Exception as error:  # noqa: BLE001 -- whatever it was: nobody waits for ever
                    self._lose(error)
                finally:
                    _refuse(batch)
        finally:
            self._asking = None
            self._refuse_all()

    async def _count(self, batch: Sequence[tuple[Sequence[Quota], int]]) -> list[int]:
        keys: list[str] = []
        numbers: list[int] = []
        for quotas, act in batch:
            for quota in quotas:
                keys.append(f"{self._prefix}:limit:{quota.name}:{quota.seconds}:{quota.who}")
                numbers += (quota.most, quota.seconds, 0)
            numbers[-1] = act
        found: list[int] = await self._script(keys=keys, args=numbers)
        return found

    def _lose(self, error: Exception) -> None:
        """Whoever waits is told, and so is at once whoever comes, until Redis is back."""
        foreseen = isinstance(error, RedisError | OSError)
        log.warning("limiter_away", error=type(error).__name__, exc_info=None if foreseen else error)
        self._looking = asyncio.create_task(self._look())
        self._refuse_all()

    def _refuse_all(self) -> None:
        lost, self._waiting = self._waiting, []
        _refuse(lost)

    async def _look(self) -> None:
        try:
            while True:
                await asyncio.sleep(self._pause)
                with contextlib.suppress(LimiterAway):
                    await self.check()
                    break
        finally:
            self._looking = None
        log.info("limiter_back")


def _tell(batch: Sequence[Asked], found: list[int]) -> None:
    """Three numbers for each quota, in the order in which they were asked for."""
    at = 0
    for quotas, _, answer in batch:
        lefts = []
        for quota in quotas:
            remaining, reset, wait = found[at : at + 3]
            lefts.append(Left(quota=quota, remaining=remaining, reset=reset / 1000, wait=wait / 1000))
            at += 3
        if not answer.done():  # its request may have been given up meanwhile
            answer.set_result(lefts)


def _refuse(asked: Sequence[Asked]) -> None:
    """Those that have no answer."""
    for *_, answer in asked:
        if not answer.done():
            answer.set_exception(LimiterAway())
