"""Cursors: where a list goes on, in a form that nobody is tempted to make up."""

import base64
import binascii
from uuid import UUID

from pixcrawler.domain.shared.errors import Invalid

PATTERN = "^[A-Za-z0-9_-]{21}[AQgw]$"
"""What ``written`` gives: 128 bits, and four of padding that are zero."""


class BadCursor(Invalid):
    code = "CURSOR_INVALID"


def written(after: UUID) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(after.bytes).rstrip(b"=").decode()


def read(cursor: str) -> UUID:
    """Raises BadCursor for what ``written`` did not give."""
    try:
        found = UUID(bytes=base64.urlsafe_b64decode(f"{cursor}=="))
    except (ValueError, binascii.Error):
        found = None
    if found is None or written(found) != cursor:
        raise BadCursor("This is no cursor of this list; use next_cursor as it came.", field="cursor")
    return found
