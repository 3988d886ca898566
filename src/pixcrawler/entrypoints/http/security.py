"""Who asks: ``Authorization: Bearer``, and the access token of a login or an API key.

Each route has one guard, whatever it must ask for: Litestar copies the handler for every one, 20 µs each.
"""

from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from pixcrawler.bootstrap.app import App
from pixcrawler.domain.identity.errors import KeyNotAccepted
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import Unauthenticated
from pixcrawler.entrypoints.http.limits import count_stranger, limited

SCHEME = "bearer"
"""The name of the security scheme in the OpenAPI document."""
LONGEST_TOKEN = 16_384
"""Access tokens of Supabase carry what their project puts into them."""


class NoToken(Unauthenticated):
    code = "AUTHENTICATION_REQUIRED"


async def known(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard: comes before the body is read, so a stranger's body is never parsed.

    Raises:
        Unauthenticated: no token or key, or none that is good now.
        RateLimited: that came too often from this address, or from who is known now.
        LimiterAway: see ``limited``.
    """
    app: App = connection.app.state.app
    try:
        who = await app.identity.authenticate(token_of(connection), address=address_of(connection))
    except Unauthenticated:
        await count_stranger(connection)
        raise
    connection.scope["user"] = who
    connection.scope["state"]["actor_id"] = who.id
    await limited(connection, handler)


async def people_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """A guard like ``known``: for what no API key may do, whatever its scopes.

    Raises KeyNotAccepted, and what ``known`` raises.
    """
    await known(connection, handler)
    who: Actor = connection.scope["user"]
    if who.key_id is not None:
        raise KeyNotAccepted


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token or key as it came. Raises NoToken."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not 0 < len(token) <= LONGEST_TOKEN:
        raise NoToken(
            "Log in, or use an API key: send the header Authorization: Bearer with the token or key."
        )
    return token


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Where the request came from, as far as that is known."""
    found: str | None = connection.scope["state"].get("client")
    return found


def actor(request: Request[Actor, Any, Any]) -> Actor:
    """Who was found by ``known``."""
    return request.user
