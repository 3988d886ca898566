"""Sources whose answers are noted, so that people see which ones work without asking them."""

from datetime import datetime, timedelta

from pixcrawler.application.ports.cache import Cache
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.source import (
    SearchPage,
    SearchQuery,
    Source,
    SourceInfo,
    Sources,
    SourceStatus,
)
from pixcrawler.application.ports.source_health import FAILED, WORKED, Answered
from pixcrawler.domain.crawling.errors import SourceError

APART = timedelta(seconds=10)
"""A source that works is noted at most this often by one process."""


class WatchedSources:
    """All of ``sources``. Not watched are those that read what a user names: whether that answers tells
    nothing of the source. ``seconds``: how long an answer is remembered."""

    def __init__(self, sources: Sources, cache: Cache, clock: Clock, *, seconds: float) -> None:
        self._sources = sources
        self._cache = cache
        self._clock = clock
        self._seconds = seconds
        self._noted: dict[str, datetime] = {}

    def ids(self) -> tuple[str, ...]:
        return self._sources.ids()

    def status(self, source_id: str) -> SourceStatus:
        return self._sources.status(source_id)

    def troubles(self) -> tuple[str, ...]:
        return self._sources.troubles()

    def get(self, source_id: str) -> Source:
        source = self._sources.get(source_id)
        return Watched(source, self) if source.info.needs_text else source

    async def worked(self, source_id: str) -> None:
        at, last = self._clock.now(), self._noted.get(source_id)
        if last is None or at - last >= APART:
            self._noted[source_id] = at
            await self._cache.put(WORKED, source_id, Answered(at, None), seconds=self._seconds)

    async def failed(self, source_id: str, error: SourceError) -> None:
        failure = Answered(self._clock.now(), error.code)
        await self._cache.put(FAILED, source_id, failure, seconds=self._seconds)


class Watched:
    """Behaves like the source that it is."""

    def __init__(self, source: Source, watch: WatchedSources) -> None:
        self._source = source
        self._watch = watch

    @property
    def info(self) -> SourceInfo:
        return self._source.info

    async def search(self, query: SearchQuery, cursor: str | None) -> SearchPage:
        try:
            page = await self._source.search(query, cursor)
        except SourceError as error:
            await self._watch.failed(self.info.id, error)
            raise
        await self._watch.worked(self.info.id)
        return page

    async def check(self) -> str:
        try:
            told = await self._source.check()
        except SourceError as error:
            await self._watch.failed(self.info.id, error)
            raise
        await self._watch.worked(self.info.id)
        return told
