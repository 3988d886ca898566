"""The cache that all processes share: one Redis string per value, each with an end.

While Redis is away nobody waits for it: one question in a few seconds looks whether it is back.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable
from typing import TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from pixcrawler.adapters.cache.sealed import SEAL, Sealed
from pixcrawler.application.ports.cache import Shelf

V = TypeVar("V")
T = TypeVar("T")
PATIENCE = 2.0
"""Seconds that Redis gets for one answer."""
REST = 5.0
"""Seconds until a Redis that was away is asked again."""
CONNECTIONS = 16
"""Per process."""

log = structlog.get_logger(__name__)


class RedisCache:
    """``uses`` counts what became of questions since the start, by shelf and outcome: hit, miss or away."""

    def __init__(self, url: str, sealed: Sealed, *, patience: float = PATIENCE, rest: float = REST) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=patience,
            socket_timeout=None,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 1),  # for connections that Redis has closed meanwhile
        )
        self._redis = Redis.from_pool(pool)
        self._sealed = sealed
        self._patience = patience
        self._rest = rest
        self._away_until: float | None = None
        self.uses: Counter[tuple[str, str]] = Counter()

    async def get(self, shelf: Shelf[V], name: str) -> V | None:
        key = self._sealed.key(shelf, name)
        if not self._may_ask():
            self.uses[shelf.name, "away"] += 1
            return None
        kept = await self._answer(self._redis.get(key))
        longest = shelf.largest + SEAL
        found = self._sealed.open(key, kept, shelf.kind) if kept and len(kept) <= longest else None
        self.uses[shelf.name, "miss" if found is None else "hit"] += 1
        return found

    async def put(self, shelf: Shelf[V], name: str, value: V, *, seconds: float) -> None:
        key = self._sealed.key(shelf, name)
        kept = self._sealed.seal(key, value)
        if not self._may_ask():
            return
        if len(kept) > shelf.largest + SEAL:
            await self._answer(self._redis.delete(key))
        else:
            await self._answer(self._redis.set(key, kept, px=max(1, int(seconds * 1000))))

    async def aclose(self) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._redis.aclose()

    def _may_ask(self) -> bool:
        """Not while Redis is away; the one who asks again after a rest asks for all."""
        now = time.monotonic()
        if self._away_until is None:
            return True
        if now < self._away_until:
            return False
        self._away_until = now + self._patience + self._rest
        return True

    async def _answer(self, asking: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(self._patience):
                answer = await asking
        except (RedisError, OSError, TimeoutError) as error:
            if not (isinstance(error, ResponseError) and str(error).startswith("WRONGTYPE")):
                self._lose(error)
            return None
        if self._away_until is not None:
            self._away_until = None
            log.info("cache_back")
        return answer

    def _lose(self, error: Exception) -> None:
        """Also one that answers and does not want to: it has no memory left, or not so many databases."""
        if self._away_until is None:
            log.warning("cache_away", error=type(error).__name__)
        self._away_until = time.monotonic() + self._rest
