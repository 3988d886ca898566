"""Where the cache is."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.cache.none import NoCache
from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.bootstrap.cache import cache
from pixcrawler.settings import load_settings


async def test_nothing_is_kept_where_nobody_wants_it_or_nothing_is_there() -> None:
    async with AsyncExitStack() as stack:
        off = load_settings({"CACHE_ENABLED": "false", "CACHE_URL": "redis://one.test"})
        assert isinstance(cache(off, "redis://one.test", stack), NoCache)
        assert isinstance(cache(load_settings({}), None, stack), NoCache)
        elsewhere = load_settings({"CACHE_URL": "redis://one.test"})
        assert isinstance(cache(elsewhere, None, stack), RedisCache)
