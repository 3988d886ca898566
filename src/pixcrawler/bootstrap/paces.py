"""How fast hosts are asked: one pace per kind of request, shared with all workers through Redis."""

import math
import uuid

from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.pace_ledger import RedisLedger
from pixcrawler.adapters.fetching.pace_share import Sharing
from pixcrawler.bootstrap.cores import fetch_concurrency
from pixcrawler.settings import Settings

PAGES_AT_ONCE = 2
"""Connections to one site for its pages."""
CALLS_AT_ONCE = 8
"""Connections to one API."""


class Paces:
    """Nothing is connected before the first request. While Redis is away, each worker keeps its own pace.

    ``redis_url`` is None for a process that asks a question or two by itself.
    """

    def __init__(self, settings: Settings, redis_url: str | None) -> None:
        self._fetch = settings.fetch
        self._concurrency = fetch_concurrency(settings)
        self._sharing: Sharing | None = None
        if redis_url is not None:
            ledger = RedisLedger(redis_url, prefix=settings.redis.prefix, me=uuid.uuid4().hex)
            self._sharing = Sharing(ledger)
        self.files = self._pace("files", self._fetch.per_host_rate, self._fetch.per_host_connections)
        self.pages = self._pace("pages", _rate(self._fetch.page_interval), PAGES_AT_ONCE)

    def of_pages(self, interval: float) -> HostPace:
        """``interval`` in seconds between two pages of one site."""
        usual = interval == self._fetch.page_interval
        return self.pages if usual else self._pace("pages", _rate(interval), PAGES_AT_ONCE)

    def of_api(self, source_id: str, interval: float, base_url: str | None) -> HostPace:
        """``interval`` in seconds between two calls. Elsewhere, at ``base_url``, it is another API."""
        where = f"@{base_url}" if base_url else ""
        return self._pace(f"api:{source_id}{where}", _rate(interval), CALLS_AT_ONCE)

    async def aclose(self) -> None:
        if self._sharing is not None:
            await self._sharing.aclose()

    def _pace(self, kind: str, rate: float, connections: int) -> HostPace:
        sharing = self._sharing
        return HostPace(
            concurrency=self._concurrency,
            per_host_connections=connections,
            per_host_rate=rate or math.inf,
            share=None if sharing is None else sharing.part(kind, rate=rate, connections=connections),
        )


def _rate(interval: float) -> float:
    return 1 / interval if interval else 0.0
