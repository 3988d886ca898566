"""What pages of other origins may do, by the CORS protocol of the Fetch standard.

Here and not in Litestar's middleware, so that every answer has its headers, also those that no handler gives,
and every refusal has our envelope. Credentials are never allowed: the API knows no cookies.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from litestar.config.cors import CORSConfig

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SENT = frozenset(
    {
        *("accept", "accept-language", "authorization", "content-language", "content-type"),
        *("idempotency-key", "if-match", "if-none-match", "if-range", "last-event-id", "range"),
        "x-request-id",
    }
)
SHOWN = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Location, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate, X-Request-ID"
)
LONGEST = 300
"""Bytes of an origin: a name has 253 at most."""
ORIGIN = re.compile(rb"[a-z][a-z0-9+.-]*://[a-z0-9._\[\]:-]+")
"""All that browsers send but ``null``: scheme, host, port. An asterisk stands for a part of that, and for no
path, name or query before it."""
KEPT = 600
"""Seconds for which a browser need not ask again."""

Header = tuple[bytes, bytes]


class Cors:
    """``origins`` as in API_ALLOWED_ORIGINS: whole ones, with ``*`` for any part, or ``*`` alone for all."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._config = CORSConfig(allow_origins=[origin.lower().rstrip("/") for origin in origins])
        self.varies = bool(origins) and not self._config.is_allow_all_origins
        self.answers = bool(origins)
        self._headers = lru_cache(maxsize=256)(self._made)

    def headers(self, origin: bytes | None) -> tuple[Header, ...]:
        """What every answer to a page of that origin carries; nothing when it is not let in."""
        if origin is None or not self.answers or len(origin) > LONGEST:
            return ()
        return self._headers(origin)

    def refusal(self, headers: Mapping[bytes, bytes]) -> str | None:
        """Why a preflight is refused, as a sentence; None when it is not."""
        if not self.headers(headers[b"origin"]):
            return "Pages of this origin may not use this server; API_ALLOWED_ORIGINS lists which may."
        method = headers[b"access-control-request-method"].decode("latin-1")
        if method not in METHODS:
            return f"Pages may send {', '.join(METHODS)}, and no other method."
        asked = headers.get(b"access-control-request-headers", b"").decode("latin-1").lower()
        if {name.strip() for name in asked.split(",")} - SENT - {""}:
            return f"Pages may send the headers {', '.join(sorted(SENT))}, and no others."
        return None

    def _made(self, origin: bytes) -> tuple[Header, ...]:
        if self.varies and not ORIGIN.fullmatch(origin):
            return ()
        if not self._config.is_origin_allowed(origin.decode("latin-1")):
            return ()
        allowed = origin if self.varies else b"*"
        return (
            (b"access-control-allow-origin", allowed),
            (b"access-control-expose-headers", SHOWN.encode()),
        )


PREFLIGHT: list[Header] = [
    (b"access-control-allow-methods", ", ".join(METHODS).encode()),
    (b"access-control-allow-headers", ", ".join(sorted(SENT)).encode()),
    (b"access-control-max-age", str(KEPT).encode()),
]
"""Of a preflight that is let through, besides what every answer carries."""


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    return method == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers
