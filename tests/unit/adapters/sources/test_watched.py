"""How sources answered is noted where they are asked."""

from datetime import timedelta

import pytest

from pixcrawler.adapters.sources.watched import APART, WatchedSources
from pixcrawler.application.crawling.show_source_health import ShowSourceHealth
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.application.ports.source_health import SourceHealth
from pixcrawler.domain.crawling.errors import SourceBlocked
from pixcrawler.domain.crawling.filters import SearchFilters
from tests.fakes.clock import StandingClock
from tests.fakes.memory_cache import MemoryCache
from tests.fakes.sources import PagedSource, TableSources

QUERY = SearchQuery(text="fox", filters=SearchFilters())
NOTHING = SourceHealth(last_success=None, last_failure=None, failure_code=None)


class Scene:
    def __init__(self, *, needs_text: bool = True) -> None:
        self.clock, self.cache = StandingClock(), MemoryCache()
        self.source = PagedSource({}, needs_text=needs_text)
        self.sources = WatchedSources(TableSources(self.source), self.cache, self.clock, seconds=60)
        self.began = self.clock.now()

    async def search(self) -> None:
        await self.sources.get("openverse").search(QUERY, None)

    async def health(self) -> SourceHealth:
        (found,) = await ShowSourceHealth(cache=self.cache)(["openverse"])
        return found


async def test_nothing_is_known_of_one_that_nobody_asked() -> None:
    assert await Scene().health() == NOTHING


async def test_a_failure_takes_nothing_from_the_last_success_and_keeps_no_words() -> None:
    scene = Scene()
    await scene.sources.get("openverse").check()
    scene.clock.pass_by(5)
    scene.source.failures = [SourceBlocked("openverse", "It refused “my secret search”.")]
    with pytest.raises(SourceBlocked):
        await scene.search()
    assert await scene.health() == SourceHealth(
        last_success=scene.began,
        last_failure=scene.began + timedelta(seconds=5),
        failure_code="SOURCE_BLOCKED",
    )
    assert not any(b"secret" in kept for _, kept in scene.cache.kept.values())


async def test_a_source_that_works_is_noted_now_and_then() -> None:
    scene = Scene()
    for _ in range(3):
        await scene.search()
        scene.clock.pass_by(1)
    assert (await scene.health()).last_success == scene.began
    scene.clock.pass_by(APART.total_seconds())
    await scene.search()
    assert (await scene.health()).last_success == scene.clock.now()


async def test_of_one_that_reads_what_a_user_names_nothing_is_noted() -> None:
    scene = Scene(needs_text=False)
    await scene.search()
    scene.source.failures = [SourceBlocked("openverse", "Their own site is away.")]
    with pytest.raises(SourceBlocked):
        await scene.search()
    assert scene.cache.kept == {}
