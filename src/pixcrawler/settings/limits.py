"""Settings of the limiter: how often requests may come."""

from typing import Annotated, ClassVar

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret

MOST = 10_000_000


class LimiterSettings(Struct, frozen=True, kw_only=True):
    """How often the API may be asked. All of its processes count together, in Redis."""

    env_prefix: ClassVar[str] = "LIMITER_"

    enabled: Annotated[bool, about("Whether requests are counted and limited.", example="false")] = True
    url: Annotated[
        Secret | None,
        about(
            "Redis or Valkey to count in.",
            example="redis://:password@redis.example.org:6379/1",
            schemes=("redis", "rediss", "unix"),
            default="the server of REDIS_URL, the database after its own",
        ),
    ] = None
    user_per_minute: Annotated[
        int, about("Requests of one user, with whatever key.", example="600", ge=1, le=MOST)
    ] = 6000
    writes_per_minute: Annotated[
        int, about("Of these, those that change something.", example="120", ge=1, le=MOST)
    ] = 1200
    costly_per_minute: Annotated[
        int,
        about(
            "Those that set workers to work or go out to the web: jobs, previews, builds, exports.",
            example="60",
            ge=1,
            le=MOST,
        ),
    ] = 600
    strangers_per_minute: Annotated[
        int,
        about(
            "Requests from one address without a good key or token, or to sign up.",
            example="30",
            ge=1,
            le=MOST,
        ),
    ] = 300
    logins_per_minute: Annotated[
        int, about("Logins that one address may try.", example="5", ge=1, le=MOST)
    ] = 10
    key_per_hour: Annotated[
        int,
        about("Requests with one API key; keys can be made with less.", example="3600", ge=1, le=MOST),
    ] = 100_000
