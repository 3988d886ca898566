"""Tokens, good and forged."""

import base64
import hmac
import json
import time
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization

from pixcrawler.adapters.auth.access_tokens import AccessTokens
from pixcrawler.adapters.auth.published_keys import PublishedKeys
from pixcrawler.adapters.auth.token_rules import TokenRules
from pixcrawler.adapters.system.clock import SystemClock
from tests.servers.gotrue_keys import SECRET, SigningKey

ISSUER = "https://project.example.org/auth/v1"
USER = str(uuid.UUID(int=7))
GONE = object()
"""In place of a claim that shall be missing."""

EC = SigningKey("ES256", kid="ec")
RSA = SigningKey("RS256", kid="rsa")
STRANGE = SigningKey("ES256", kid="ec")
"""Another project's, which calls it by the same id."""


def claims(**changes: Any) -> dict[str, Any]:
    """A good token's, but for these."""
    at = int(time.time())
    made = {
        "iss": ISSUER,
        "sub": USER,
        "aud": "authenticated",
        "exp": at + 3600,
        "iat": at,
        "role": "authenticated",
        "email": "ann@example.org",
        "user_metadata": {"name": "Ann"},
        "amr": [{"method": "password", "timestamp": at}],
        "is_anonymous": False,
    }
    return {name: value for name, value in (made | changes).items() if value is not GONE}


def ends(seconds: float) -> dict[str, Any]:
    return claims(exp=int(time.time() + seconds))


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(algorithm: str, signature: str = "") -> str:
    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'ec'})}.{part(claims())}.{signature}"


def by_public_key() -> str:
    """HS256 with what everybody knows as the secret: PEM of the published RSA key."""
    pem = RSA.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head, body = part({"alg": "HS256", "typ": "JWT", "kid": "rsa"}), part(claims())
    return f"{head}.{body}.{part(hmac.digest(pem, f'{head}.{body}'.encode(), 'sha256'))}"


def shared(secret: str = SECRET, **changes: Any) -> str:
    return jwt.encode(claims(**changes), secret, algorithm="HS256", headers={"kid": "legacy"})


class Publisher:
    """``down``: it answers with an error; ``asked`` counts."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys = list(keys)
        self.answer: bytes | Exception | None = None
        self.asked = 0

    async def __call__(self) -> bytes:
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or json.dumps({"keys": [key.published for key in self.keys]}).encode()


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def checker(*, secret: str | None = None, publisher: Publisher | None = None) -> AccessTokens:
    rules = TokenRules(audience="authenticated", issuer=ISSUER, secret=secret)
    hands = Hands()
    return AccessTokens(
        rules, PublishedKeys(publisher or Publisher(EC, RSA), hands), clock=SystemClock(), ticks=hands
    )
