"""How closely pictures are looked at, and what a poor one means."""

from enum import StrEnum

import msgspec


class Validation(StrEnum):
    """Each level does all that the one before it does.

    ``basic``: the header, the type and the limits; no pixel is decoded, so there are no perceptual hashes and
    only equal bytes are duplicates. ``standard``: the whole picture is decoded. ``strict``: it is also
    measured.
    """

    BASIC = "basic"
    STANDARD = "standard"
    STRICT = "strict"


class ValidationMode(StrEnum):
    """What happens to a picture whose scores are too high: it is rejected, or kept with the remark."""

    REJECT = "reject"
    REPORT = "report"


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """The highest score of each name that passes, 0 to 1; 1 lets everything pass. A job keeps those that were
    set when it was made."""

    blur: float = 0.76
    dark: float = 0.68
    bright: float = 0.8
    low_information: float = 0.75
    odd_aspect: float = 0.67
    placeholder: float = 0.6


DEFAULT_THRESHOLDS = Thresholds()
