"""How often one may ask, told in every answer that was counted.

``RateLimit-Policy`` and ``RateLimit`` as draft-ietf-httpapi-ratelimit-headers-11 has them: lists of
structured fields (RFC 9651), one item per quota, under the same name in both.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Any, Final, Literal

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from pixcrawler.application.ports.limiter import Left, RateLimited
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.identity.rates import Rate

OPTION: Final = "rate"
COSTLY: Final = {OPTION: Rate.COSTLY}
"""``opt=COSTLY`` on handlers that set workers to work or go out to the web."""
READING: Final = {OPTION: Rate.READ}
"""On a POST that only reads."""
LOGIN: Final = {OPTION: Rate.LOGIN}
STRANGER: Final = {OPTION: Rate.STRANGER}
"""These two on public handlers: counted by address."""

Connection = ASGIConnection[Any, Any, Any, Any]


async def limited(connection: Connection, handler: BaseRouteHandler) -> None:
    """Count for who is known. Raises RateLimited, LimiterAway."""
    app: App = connection.app.state.app
    if app.limits is None:
        return
    rate = handler.opt.get(OPTION) or _by_method(connection.scope)
    try:
        tell(connection.scope, await app.limits.request(rate, by=connection.scope["user"]))
    except RateLimited as error:
        tell(connection.scope, error.lefts)
        raise


async def limited_by_address(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard of public handlers, each of which says LOGIN or STRANGER. Raises RateLimited."""
    await count_stranger(connection, handler.opt[OPTION])


async def count_stranger(
    connection: Connection, rate: Literal[Rate.LOGIN, Rate.STRANGER] = Rate.STRANGER
) -> None:
    """Whoever it is, by address. Raises RateLimited."""
    app: App = connection.app.state.app
    if app.limits is None:
        return
    try:
        address = connection.scope["state"]["client"]
        tell(connection.scope, await app.limits.stranger(rate, address=address))
    except RateLimited as error:
        tell(connection.scope, error.lefts)
        raise


def _by_method(scope: Scope) -> Rate:
    reads = scope["type"] == ScopeType.HTTP and scope["method"] in ("GET", "HEAD", "OPTIONS")
    return Rate.READ if reads else Rate.WRITE


def tell(scope: Scope, lefts: Sequence[Left]) -> None:
    """The answer gets these headers, whatever it will be."""
    if lefts:
        policy = _policy(tuple([(left.quota.name, left.quota.most, left.quota.seconds) for left in lefts]))
        now = ", ".join([f'"{left.quota.name}";r={left.remaining};t={ceil(left.reset)}' for left in lefts])
        scope["state"]["limits"] = [(b"ratelimit-policy", policy), (b"ratelimit", now.encode())]


@lru_cache(maxsize=1024)
def _policy(quotas: tuple[tuple[str, int, int], ...]) -> bytes:
    return ", ".join(f'"{name}";q={most};w={seconds}' for name, most, seconds in quotas).encode()
