"""Counting what somebody who is known asks for."""

from collections.abc import Sequence

from pixcrawler.application.identity.key_quota import key_quota
from pixcrawler.application.ports.limiter import Left, Limiter, LimiterAway, Quota, RateLimited
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.identity.rates import MINUTE, Rate, Rates
from pixcrawler.domain.shared.actor import Actor


@use_case
class LimitRequest:
    """One question to the limiter per request, for all of its quotas: the user's, that of what is done, the
    key's. Where nobody can count, all goes on but what is costly; with ``lenient`` that too.

    Raises:
        RateLimited: one of the quotas is used up. None was counted.
        LimiterAway
    """

    limiter: Limiter
    rates: Rates
    lenient: bool

    async def __call__(self, rate: Rate, *, by: Actor) -> Sequence[Left]:
        """How the quotas stand now; none where nobody could count."""
        try:
            lefts = await self.limiter.take(self._quotas(rate, by))
        except LimiterAway:
            if rate is Rate.COSTLY and not self.lenient:
                raise
            return ()
        if any(left.wait for left in lefts):
            raise RateLimited(lefts)
        return lefts

    def _quotas(self, rate: Rate, by: Actor) -> list[Quota]:
        who = str(by.id)
        quotas = [Quota(name="user", who=who, most=self.rates.user, seconds=MINUTE)]
        if rate is not Rate.READ:
            most = self.rates.costly if rate is Rate.COSTLY else self.rates.write
            quotas.append(Quota(name=rate.value, who=who, most=most, seconds=MINUTE))
        if by.key_id is not None:
            quotas.append(key_quota(by.key_id, by.hourly_limit, most=self.rates.key))
        return quotas
