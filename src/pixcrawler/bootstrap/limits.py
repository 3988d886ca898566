"""Who counts requests, and where."""

import time
from contextlib import AsyncExitStack

from pixcrawler.adapters.limits.process_limiter import ProcessLimiter
from pixcrawler.adapters.limits.redis_limiter import RedisLimiter
from pixcrawler.application.identity.limit_request import LimitRequest
from pixcrawler.application.identity.limit_stranger import LimitStranger
from pixcrawler.bootstrap.app import Limits
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.redis_databases import LIMITS, beside
from pixcrawler.domain.identity.rates import Rates
from pixcrawler.settings import Settings


def redis_limiter(base: Infrastructure, stack: AsyncExitStack) -> RedisLimiter | None:
    """None where nothing is limited. It counts in the database after that of the bells. Nothing is connected
    before the first request; closed with the stack."""
    wanted = base.settings.limiter
    if not wanted.enabled:
        return None
    url = beside(base.servers.redis_url, LIMITS) if wanted.url is None else wanted.url.reveal()
    limiter = RedisLimiter(url, prefix=base.settings.redis.prefix)
    stack.push_async_callback(limiter.aclose)
    return limiter


def limits(settings: Settings, limiter: RedisLimiter | None) -> Limits | None:
    """In development and tests, what is costly goes on also where nobody can count."""
    if limiter is None:
        return None
    wanted = settings.limiter
    rates = Rates(
        user=wanted.user_per_minute,
        write=wanted.writes_per_minute,
        costly=wanted.costly_per_minute,
        stranger=wanted.strangers_per_minute,
        login=wanted.logins_per_minute,
        key=wanted.key_per_hour,
    )
    lenient = settings.pixcrawler.environment not in ("staging", "production")
    return Limits(
        request=LimitRequest(limiter=limiter, rates=rates, lenient=lenient),
        stranger=LimitStranger(limiter=limiter, alone=ProcessLimiter(time.monotonic), rates=rates),
    )
