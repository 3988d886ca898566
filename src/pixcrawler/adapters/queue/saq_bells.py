"""Bells over SAQ: jobs without content, each with a fresh key, that are never repeated.

SAQ's own bookkeeping decides nothing: its defaults lose work after a kill (its issues 127 and 277),
so a bell that is stuck, swept or gone only costs the time until a worker looks by itself.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from pixcrawler.adapters import standing_in
from pixcrawler.application.ports.waiting import stopped

with standing_in("croniter", croniter=None):  # for repeated jobs, and starts a program as it is loaded
    from saq import Job
    from saq.queue.redis import RedisQueue
    from saq.types import Context, TimersDict
    from saq.worker import Worker

LONGEST = 10
"""Seconds until SAQ gives up a bell; hearing one takes no time."""
PAUSE = 1.0
"""Seconds between two tries to reach Redis."""

log = structlog.get_logger(__name__)
logging.getLogger("saq").setLevel(logging.CRITICAL)


class _PatientQueue(RedisQueue):
    """Waits a little when Redis is away, where SAQ would ask again at once and for ever."""

    async def dequeue(self, timeout: float = 0, poll_interval: float = 0.0) -> Job | None:  # noqa: ASYNC109 -- SAQ's signature
        try:
            return await super().dequeue(timeout=timeout, poll_interval=poll_interval)
        except (RedisError, OSError):
            await asyncio.sleep(PAUSE)
            return None


class _QuietWorker(Worker[Context]):
    """Leaves signals to the process that it runs in."""

    SIGNALS = []  # noqa: RUF012 -- SAQ's own class attribute


class SaqBells:
    """One SAQ queue per lane. ``prefix`` starts every key."""

    def __init__(self, url: str, *, prefix: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=None, socket_connect_timeout=2.0)
        self._prefix = prefix
        self._queues: dict[str, _PatientQueue] = {}
        self._silent_until = 0.0

    def _queue(self, lane: str) -> _PatientQueue:
        if lane not in self._queues:
            self._queues[lane] = _PatientQueue(self._redis, name=f"{self._prefix}:{lane}")
        return self._queues[lane]

    async def ring(self, lane: str, queue: str, *, wanted: int, most: int) -> None:
        if time.monotonic() < self._silent_until:
            return
        bells = self._queue(lane)
        try:
            async with asyncio.timeout(2.0):
                outstanding = await bells.count("queued")
                for _ in range(min(wanted, most) - outstanding):
                    key = secrets.token_hex(16)
                    await bells.enqueue(
                        "bell", kwargs={"queue": queue}, key=key, timeout=LONGEST, retries=1, ttl=5
                    )
        except (RedisError, OSError, TimeoutError) as error:
            self._silent_until = time.monotonic() + PAUSE
            log.warning("bell_not_rung", error=type(error).__name__)

    @asynccontextmanager
    async def hear(self, lane: str, on_bell: Callable[[str], None]) -> AsyncIterator[None]:
        async def bell(_context: Context, *, queue: str) -> None:
            on_bell(queue)

        worker = _QuietWorker(
            self._queue(lane),
            functions=[("bell", bell)],
            concurrency=1,
            timers=TimersDict(schedule=1, worker_info=30, sweep=30, abort=1),
            dequeue_timeout=5.0,
            shutdown_grace_period_s=0,
        )
        serving = asyncio.create_task(worker.start())
        try:
            yield
        finally:
            await stopped(serving)

    async def close(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()
