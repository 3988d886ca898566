"""Answers as gzip, for clients that take it.

Only texts that are sent whole: no stream, no file, nothing that has an ETag or ranges, which name the very
bytes. BREACH (Gluck, Harris, Prado, 2013) reads a secret out of compressed answers that repeat what the
attacker made the victim's browser send. No browser sends our credentials by itself, as there are no cookies;
answers that hold tokens or new keys are left as they are all the same.
"""

import gzip
from collections.abc import Mapping
from functools import lru_cache

SMALLEST = 1024
"""Bytes; below that it is not worth it."""
LARGE = 128 * 1024
"""Bytes from which on a thread does it, so that other requests go on."""
LEVEL = 4

_SECRET = ("/api/v1/auth/", "/api/v1/api-keys")
_TEXTS = (
    *(b"application/json", b"application/vnd.oai.openapi+json"),
    *(b"text/html", b"text/css", b"text/javascript", b"text/plain"),
)
_EXACT = frozenset({b"etag", b"content-encoding", b"content-range", b"accept-ranges"})


@lru_cache(maxsize=256)
def takes_gzip(accepted: bytes) -> bool:
    """By an ``Accept-Encoding`` (RFC 9110, section 12.5.3): a weight of 0 says no, and ``*`` speaks for what
    is not named."""
    weights: dict[str, float] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, *more = (word.strip() for word in part.split(";"))
        weight = next((word[2:] for word in more if word.startswith("q=")), "1")
        try:
            weights[name] = float(weight)
        except ValueError:
            weights[name] = 0.0
    named = [weights[name] for name in ("gzip", "x-gzip") if name in weights]
    return max(named or [weights.get("*", 0.0)]) > 0


def may_be_packed(path: str, headers: Mapping[bytes, bytes]) -> bool:
    """By where an answer is from, and its headers. A path may be asked for with more slashes than it has."""
    if not headers.get(b"content-type", b"").startswith(_TEXTS) or not _EXACT.isdisjoint(headers):
        return False
    if int(headers.get(b"content-length", SMALLEST)) < SMALLEST:
        return False
    if "//" in path:
        path = "/" + "/".join(part for part in path.split("/") if part)
    return not path.startswith(_SECRET)


def packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)
