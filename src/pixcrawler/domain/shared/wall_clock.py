"""Times of day and time zones, as people write them."""

import re
from typing import Final
from zoneinfo import ZoneInfo

TIME_OF_DAY: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
"""``07:30``."""


def is_time_of_day(text: str) -> bool:
    return re.fullmatch(TIME_OF_DAY, text) is not None


def is_time_zone(name: str) -> bool:
    """Whether it is in the IANA database."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
