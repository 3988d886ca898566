"""The same request sent twice has one effect."""

import msgspec


class Once(msgspec.Struct, frozen=True):
    """An idempotency key: 1 to 255 printable ASCII characters that the client chose, on one route such as
    ``POST /jobs``. ``fingerprint`` is the SHA-256 of the canonical request."""

    key: str
    route: str
    fingerprint: bytes
