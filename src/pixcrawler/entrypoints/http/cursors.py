"""Cursors: where a list goes on, in a form that nobody is tempted to make up."""

import base64
import binascii
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from pixcrawler.domain.shared.errors import Invalid

PATTERN = "^[A-Za-z0-9_-]{21}[AQgw]$"
"""What ``written`` gives: 128 bits, and four of padding that are zero."""
Cursor = Annotated[
    str | None,
    QueryParameter(pattern=PATTERN, description="`next_cursor` of the page before; `page` is not used then."),
]


class BadCursor(Invalid):
    code = "CURSOR_INVALID"


def written(after: UUID) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(after.bytes).rstrip(b"=").decode()


def read(cursor: str | None) -> UUID | None:
    """What the list goes on after. Raises BadCursor for what ``written`` did not give."""
    if cursor is None:
        return None
    try:
        found = UUID(bytes=base64.urlsafe_b64decode(f"{cursor}=="))
    except (ValueError, binascii.Error):
        found = None
    if found is None or written(found) != cursor:
        raise BadCursor("This is no cursor of this list; use next_cursor as it came.", field="cursor")
    return found
