"""Whether a JWT of Supabase is good (RFC 7519, with the advice of RFC 8725): pure, but for the clock.

The algorithms are a fixed list, and each key is good for one of them: what a token says of itself chooses
among keys that we hold, never how they are used.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Meta, Struct

from pixcrawler.adapters.auth.naming import name_in
from pixcrawler.application.ports.identity_provider import Person
from pixcrawler.domain.identity.errors import InvalidToken
from pixcrawler.domain.shared.ids import UserId

LONGEST = 16_384
"""Characters. Servers refuse longer headers anyway; nothing of a longer one is looked at."""
LEEWAY = 30
"""Seconds by which clocks may differ."""
RECOVERY = 3600
"""Seconds for which a login by a mailed link counts as one for a new password."""
SHORTEST_RSA = 2048

_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_BY_MAIL = {"recovery", "otp"}
_ALGORITHMS = {("EC", "P-256"): "ES256", ("RSA", ""): "RS256"}


class Header(Struct, forbid_unknown_fields=True, frozen=True):
    """All that may stand there. Nothing that brings or names keys (jwk, jku, x5u, x5c), nothing that must
    be understood (crit)."""

    alg: Literal["ES256", "RS256", "HS256"]
    kid: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    typ: Literal["JWT", "jwt"] | None = None


_header = msgspec.json.Decoder(Header)


class _Claims(Struct, frozen=True):
    sub: str
    exp: float
    role: Literal["authenticated"]
    is_anonymous: Literal[False] = False
    email: str | None = None
    user_metadata: object = None
    amr: object = None


@dataclass(frozen=True, slots=True)
class TokenRules:
    """``secret``: what an older project signs with (HS256); None: no such token is good."""

    audience: str
    issuer: str
    secret: str | None = field(default=None, repr=False)


def header_of(token: str) -> Header:
    """What it says of itself, none of it proven. Raises InvalidToken."""
    if len(token) > LONGEST or not _FORM.fullmatch(token):
        raise InvalidToken
    head, _, signature = token.split(".")
    try:
        _bytes_in(signature)
        return _header.decode(_bytes_in(head))
    except (ValueError, RecursionError):
        raise InvalidToken from None  # what these say quotes the token


def person_in(token: str, key: jwt.PyJWK | str, algorithm: str, rules: TokenRules) -> Person:
    """Whose token this is, by this key. Raises InvalidToken."""
    try:
        claims = msgspec.convert(
            jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=rules.audience,
                issuer=rules.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "sub", "aud", "iss"]},
            ),
            _Claims,
        )
        return Person(
            id=_user(claims.sub),
            email=claims.email or None,
            name=name_in(claims.user_metadata),
            expires_at=datetime.fromtimestamp(claims.exp, UTC),
            recovering=_is_recovering(claims.amr),
            logged_in_at=_logged_in(claims.amr),
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise InvalidToken from None


def keys_in(document: bytes) -> dict[str, jwt.PyJWK]:
    """The keys of a JWK set (RFC 7517) that a token may be signed with, by id; others are left out.

    Raises ValueError when it is no such set.
    """
    keys = msgspec.json.decode(document, type=_KeySet).keys
    found = ((one.get("kid"), _usable(one)) for one in keys)
    return {kid: key for kid, key in found if isinstance(kid, str) and key is not None}


class _KeySet(Struct):
    keys: list[dict[str, Any]]


def _usable(key: dict[str, Any]) -> jwt.PyJWK | None:
    """A public key for signatures of one of the two kinds. One that was published with its private part is
    everybody's."""
    algorithm = _ALGORITHMS.get((str(key.get("kty")), str(key.get("crv", ""))))
    operations = key.get("key_ops", ["verify"])
    meant = key.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    if algorithm is None or not meant or key.get("alg", algorithm) != algorithm or "d" in key:
        return None
    try:
        made = jwt.PyJWK(key, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    short = isinstance(made.key, RSAPublicKey) and made.key.key_size < SHORTEST_RSA
    return None if short else made


def _bytes_in(part: str) -> bytes:
    """Raises ValueError unless it is base64url in its one written form (RFC 4648, section 3.5): the spare
    bits of the last letter are no place for a second spelling of the same token."""
    found = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(found).decode().rstrip("=") != part:
        raise ValueError("not as it is written")
    return found


def _user(text: str) -> UserId:
    """Raises ValueError unless it is a UUID in its one written form."""
    found = UUID(text)
    if str(found) != text:
        raise ValueError(text)
    return UserId(found)


def _is_recovering(methods: object) -> bool:
    """Whether the session began with a mailed link or code, and lately."""
    earliest = datetime.now(UTC).timestamp() - RECOVERY
    return any(method in _BY_MAIL and at >= earliest for method, at in _proofs(methods))


def _logged_in(methods: object) -> datetime | None:
    """When the session's person last proved who they are. Raises OverflowError, OSError and ValueError for
    times that nobody has."""
    last = max((at for _, at in _proofs(methods)), default=None)
    return None if last is None else datetime.fromtimestamp(last, UTC)


def _proofs(methods: object) -> Iterator[tuple[object, int]]:
    """Supabase's ``amr``: how, and when in seconds since 1970. A new token for an old session keeps them."""
    for one in methods if isinstance(methods, list) else ():
        if isinstance(one, dict) and isinstance(one.get("timestamp"), int):
            yield one.get("method"), one["timestamp"]
