"""Settings of the cache."""

from typing import Annotated, ClassVar

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret


class CacheSettings(Struct, frozen=True, kw_only=True):
    """What is kept in Redis for a while so that it need not be made again. Nothing is lost with it."""

    env_prefix: ClassVar[str] = "CACHE_"

    enabled: Annotated[bool, about("Whether anything is kept.", example="false")] = True
    url: Annotated[
        Secret | None,
        about(
            "Where it is kept: a database of its own, best with a limit of memory (maxmemory) and "
            "maxmemory-policy volatile-lru.",
            example="redis://:password@redis.example.org:6379/2",
            schemes=("redis", "rediss", "unix"),
            default="the server of REDIS_URL, the second database after its own",
        ),
    ] = None
    statistics_seconds: Annotated[
        float,
        about("Seconds that the numbers of a dataset's version are kept.", example="600", ge=1, le=604800),
    ] = 3600
    robots_seconds: Annotated[
        float,
        about(
            "Seconds that a site's robots.txt is kept for all workers; RFC 9309 allows a day.",
            example="3600",
            ge=1,
            le=86400,
        ),
    ] = 86400
    sources_seconds: Annotated[
        float,
        about(
            "Seconds that a source's last success and last failure are remembered.",
            example="86400",
            ge=1,
            le=2592000,
        ),
    ] = 604800
