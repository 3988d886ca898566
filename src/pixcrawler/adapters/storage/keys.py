"""What a key may look like, in every store."""

import re

from pixcrawler.domain.shared.errors import Invalid

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
LONGEST = 512


def checked(key: str) -> str:
    """The key itself: relative, of harmless characters, no part of it hidden or `..`. Raises Invalid."""
    if len(key) > LONGEST or not KEY.fullmatch(key):
        raise Invalid(f"“{key[:80]}” is no object key.", field="key")
    return key
