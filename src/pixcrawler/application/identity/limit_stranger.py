"""Counting what comes from an address, where nobody knows who asks."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from pixcrawler.application.ports.limiter import Left, Limiter, LimiterAway, Quota, RateLimited
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.identity.rates import MINUTE, Rate, Rates


@use_case
class LimitStranger:
    """Logins, and whatever is refused for want of a good key or token. Where nobody counts for all processes,
    each one counts by itself (``alone``): passwords are never tried without limit.

    Raises:
        RateLimited
    """

    limiter: Limiter
    alone: Limiter
    rates: Rates

    async def __call__(self, rate: Literal[Rate.LOGIN, Rate.STRANGER], *, address: str) -> Sequence[Left]:
        most = self.rates.login if rate is Rate.LOGIN else self.rates.stranger
        quotas = [Quota(name=rate.value, who=home_of(address), most=most, seconds=MINUTE)]
        try:
            lefts = await self.limiter.take(quotas)
        except LimiterAway:
            lefts = await self.alone.take(quotas)
        if any(left.wait for left in lefts):
            raise RateLimited(lefts)
        return lefts


def home_of(address: str) -> str:
    """What one client can be believed to have only one of: an IPv4 address, or the /64 network that an IPv6
    address is in, as a home gets at least that many (RFC 6177). Other texts stay as they are."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(ip_network((int(found), 64), strict=False))
