"""Where the cache is."""

from contextlib import AsyncExitStack

import pytest

from pixcrawler.adapters.cache.none import NoCache
from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.bootstrap.cache import cache, cache_database
from pixcrawler.settings import load_settings


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("redis://:a%2Fb@one.test:6379/0", "redis://:a%2Fb@one.test:6379/2"),
        ("redis://one.test", "redis://one.test/2"),
        ("rediss://one.test/7?ssl_cert_reqs=none", "rediss://one.test/9?ssl_cert_reqs=none"),
        ("redis://one.test/3?db=4", "redis://one.test/6"),
        ("redis://one.test/15", "redis://one.test/1"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=2"),
        ("unix:///run/redis.sock?db=2", "unix:///run/redis.sock?db=4"),
    ],
)
def test_the_cache_is_in_a_database_of_its_own_on_the_same_server(theirs: str, ours: str) -> None:
    assert cache_database(theirs) == ours


async def test_nothing_is_kept_where_nobody_wants_it_or_nothing_is_there() -> None:
    async with AsyncExitStack() as stack:
        off = load_settings({"CACHE_ENABLED": "false", "CACHE_URL": "redis://one.test"})
        assert isinstance(cache(off, "redis://one.test", stack), NoCache)
        assert isinstance(cache(load_settings({}), None, stack), NoCache)
        elsewhere = load_settings({"CACHE_URL": "redis://one.test"})
        assert isinstance(cache(elsewhere, None, stack), RedisCache)
