"""Requests that may be sent again and have their effect once (the ``Idempotency-Key`` header).

The first effect and its answer are kept in one commit; the same key gives that answer again, and the
same key with another request is a mistake.
"""

from datetime import timedelta
from typing import ClassVar

import msgspec

from pixcrawler.domain.shared.errors import Conflict, Invalid

KEPT = timedelta(hours=24)
"""How long an answer can be had again, at least."""


class IdempotencyInFlight(Conflict):
    """The first request with this key has not ended yet. ``retry_after`` is in seconds."""

    code = "IDEMPOTENCY_IN_FLIGHT"
    retry_after: ClassVar[int] = 1

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is being worked on; ask again shortly.")


class IdempotencyMismatch(Invalid):
    """The key was used for another request."""

    code = "IDEMPOTENCY_MISMATCH"

    def __init__(self) -> None:
        message = "This Idempotency-Key was used for another request; use a new key for a new request."
        super().__init__(message, field="Idempotency-Key")


class Once(msgspec.Struct, frozen=True):
    """An idempotency key: 1 to 255 printable ASCII characters that the client chose, on one route such as
    ``POST /jobs``. ``fingerprint`` is the SHA-256 of the canonical request."""

    key: str
    route: str
    fingerprint: bytes

    def check(self, earlier: bytes) -> None:
        """Raises IdempotencyMismatch unless the earlier request with this key had the same fingerprint."""
        if earlier != self.fingerprint:
            raise IdempotencyMismatch
