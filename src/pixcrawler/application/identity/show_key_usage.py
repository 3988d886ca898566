"""How much an API key is used."""

from datetime import datetime, timedelta
from math import ceil

import msgspec

from pixcrawler.application.identity.key_quota import key_quota
from pixcrawler.application.ports.api_keys import ApiKeyReads, HourOfUse
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.limiter import Limiter, LimiterAway, Quota
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId


class KeyUsage(msgspec.Struct, frozen=True, kw_only=True):
    """`requests` since `since`; `by_hour` has the hours in which there were any, oldest first; they are up to
    ten seconds late. `hourly_limit` requests may come within any hour, `remaining` of them now, all of them
    again in `reset` seconds: null where nobody counts at the moment."""

    key_id: ApiKeyId
    since: datetime
    requests: int
    by_hour: tuple[HourOfUse, ...]
    last_used_at: datetime | None
    last_address: str | None
    hourly_limit: int
    remaining: int | None
    reset: int | None


@use_case
class ShowKeyUsage:
    """``limiter`` is None where nothing is limited."""

    reads: ApiKeyReads
    limiter: Limiter | None
    clock: Clock
    most_hourly: int

    async def __call__(self, key_id: ApiKeyId, *, days: int, by: Actor) -> KeyUsage:
        """Raises ApiKeyNotFound."""
        key = await self.reads.key(key_id, visible_to=by)
        since = (self.clock.now() - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        hours = await self.reads.uses(key_id, since=since, visible_to=by)
        quota = key_quota(key_id, key.hourly_limit, most=self.most_hourly)
        remaining, reset = await self._left(quota)
        return KeyUsage(
            key_id=key_id,
            since=since,
            requests=sum(hour.requests for hour in hours),
            by_hour=tuple(hours),
            last_used_at=key.last_used_at,
            last_address=key.last_address,
            hourly_limit=quota.most,
            remaining=remaining,
            reset=reset,
        )

    async def _left(self, quota: Quota) -> tuple[int, int] | tuple[None, None]:
        if self.limiter is None:
            return None, None
        try:
            (left,) = await self.limiter.look([quota])
        except LimiterAway:
            return None, None
        return left.remaining, ceil(left.reset)
