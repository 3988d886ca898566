"""The cache that all processes share."""

from contextlib import AsyncExitStack

from pixcrawler.adapters.cache.none import NoCache
from pixcrawler.adapters.cache.redis import RedisCache
from pixcrawler.adapters.cache.sealed import Sealed
from pixcrawler.adapters.fetching.shared_robots import SharedRobots
from pixcrawler.application.ports.cache import Cache, CountedCache
from pixcrawler.bootstrap.redis_databases import CACHE, beside
from pixcrawler.bootstrap.shared_secret import shared_secret
from pixcrawler.settings import Settings


def cache(settings: Settings, redis_url: str | None, stack: AsyncExitStack) -> CountedCache:
    """Nothing is connected before the first question; closed with the stack. ``redis_url`` is where Redis
    is, None where none was started."""
    given = settings.cache.url
    url = given.reveal() if given is not None else redis_url and beside(redis_url, CACHE)
    if not settings.cache.enabled or not url:
        return NoCache()

    made = RedisCache(url, Sealed(settings.redis.prefix, shared_secret(settings)))
    stack.push_async_callback(made.aclose)
    return made


def shared_robots(cache: Cache, settings: Settings) -> SharedRobots:
    return SharedRobots(cache, seconds=settings.cache.robots_seconds)
