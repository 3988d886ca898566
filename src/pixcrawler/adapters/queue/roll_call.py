"""Who hears the bells: SAQ's workers say every half minute that they are there."""

import asyncio
import contextlib

from redis.asyncio import Redis
from redis.exceptions import RedisError

from pixcrawler.domain.shared.errors import Unavailable

ANSWERS = 2.0
"""Seconds that Redis gets."""


class RedisUnavailable(Unavailable):
    code = "REDIS_UNAVAILABLE"


class RollCall:
    """Counts the workers of a lane. ``prefix`` is the start of every key, as for the bells."""

    def __init__(self, url: str, *, prefix: str) -> None:
        self._redis = Redis.from_url(url, socket_timeout=None, socket_connect_timeout=ANSWERS)
        self._prefix = prefix

    async def workers(self, lane: str) -> int:
        """How many were there in the last minute. Raises RedisUnavailable."""
        from saq.queue.redis import RedisQueue  # not before it is used: every command loads this file

        try:
            async with asyncio.timeout(ANSWERS):
                info = await RedisQueue(self._redis, name=f"{self._prefix}:{lane}").info()
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisUnavailable("Redis does not answer; check that it runs, and REDIS_URL.") from error
        return len(info["workers"])

    async def close(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()
