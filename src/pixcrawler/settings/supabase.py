"""Settings of a Supabase project: who people are, and, where it is chosen, the store."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

import msgspec
from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Secret

SHORTEST_SECRET = 32
"""Bytes: HS256 wants a key no shorter than its hash (RFC 7518, section 3.2)."""
_ALL_THREE = ("SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY")


class SupabaseSettings(Struct, frozen=True, kw_only=True):
    """A Supabase project. With an anon key its users are ours; not set in development: accounts are kept
    in our own database. Its storage needs the URL and the service role key."""

    env_prefix: ClassVar[str] = "SUPABASE_"

    url: Annotated[
        str | None,
        about(
            "Where the project is.",
            example="https://abcdefghijklmnop.supabase.co",
            schemes=("https", "http"),
            needed_in_production=True,
        ),
    ] = None
    anon_key: Annotated[
        Secret | None,
        about(
            "Its anon or publishable key, which people log in with. Set it to let the project's users in.",
            example="eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.sig",
            needed_in_production=True,
        ),
    ] = None
    service_role_key: Annotated[
        Secret | None,
        about(
            "Its service role or secret key, which may do everything there.",
            example="eyJhbGciOiJIUzI1NiJ9.e30.sig",
            needed_in_production=True,
        ),
    ] = None
    jwt_secret: Annotated[
        Secret | None,
        about(
            "Its JWT secret, for an older project that signs with HS256. Not set: no such token is good.",
            example="super-secret-jwt-token-with-at-least-32-characters-long",
        ),
    ] = None
    jwt_audience: Annotated[
        str, about("Whom access tokens must be meant for (aud).", example="authenticated")
    ] = "authenticated"
    jwt_issuer: Annotated[
        str | None,
        about(
            "Who must have issued access tokens (iss).",
            example="https://auth.example.org/auth/v1",
            schemes=("https", "http"),
            default="SUPABASE_URL/auth/v1",
        ),
    ] = None
    forward_addresses: Annotated[
        bool,
        about(
            "Whether it is told where people log in from, so that its limits count them one by one. Wants a "
            "secret key, and IP address forwarding switched on in the project.",
            example="true",
        ),
    ] = False
    timeout: Annotated[
        float, about("Seconds that an answer of its Auth may take.", example="5", ge=0.1, le=60)
    ] = 10


def at_odds(given: Mapping[str, str], values: Mapping[str, object]) -> Iterator[str]:
    """A project named by half, and keys that stand in each other's place."""
    if values.get("PIXCRAWLER_ENVIRONMENT") not in ("staging", "production") and _given(
        "SUPABASE_ANON_KEY", given
    ):
        for name in _ALL_THREE:
            if not _given(name, given):
                yield f"SUPABASE_ANON_KEY is set, but {name} is not: people need both to log in."
    if str(values.get("SUPABASE_URL", "")).rstrip("/").endswith("/v1"):
        yield "SUPABASE_URL is where the project is, without /auth/v1 or the like behind it."
    secret = values.get("SUPABASE_JWT_SECRET")
    if isinstance(secret, Secret) and len(secret.reveal().encode()) < SHORTEST_SECRET:
        yield f"SUPABASE_JWT_SECRET must have {SHORTEST_SECRET} characters or more."
    if _may_do_everything(values.get("SUPABASE_ANON_KEY")):
        yield (
            "SUPABASE_ANON_KEY is a key that may do everything: "
            "it belongs into SUPABASE_SERVICE_ROLE_KEY, and the anon or publishable key here."
        )
    if _is_for_all(values.get("SUPABASE_SERVICE_ROLE_KEY")):
        yield "SUPABASE_SERVICE_ROLE_KEY is a key for everybody: it belongs into SUPABASE_ANON_KEY."


def _given(name: str, given: Mapping[str, str]) -> bool:
    return bool({name, f"{name}_FILE"} & given.keys())


def _may_do_everything(key: object) -> bool:
    text = key.reveal() if isinstance(key, Secret) else ""
    return text.startswith("sb_secret_") or _role(text) == "service_role"


def _is_for_all(key: object) -> bool:
    text = key.reveal() if isinstance(key, Secret) else ""
    return text.startswith("sb_publishable_") or _role(text) == "anon"


def _role(key: str) -> str | None:
    """What an older key, which is a JWT, says of itself."""
    parts = key.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    role = claims.get("role") if isinstance(claims, dict) else None
    return role if isinstance(role, str) else None
