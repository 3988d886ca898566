"""What the strict look measures of a picture, and when that is reason enough to refuse it."""

import msgspec

from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Thresholds


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Each is 0 to 1, and the higher, the more the picture is what its name says.

    ``watermark`` is told and never a reason. ``issues`` are the reasons that the thresholds of the job's
    time gave, the gravest first.
    """

    blur: float
    dark: float
    bright: float
    low_information: float
    odd_aspect: float
    placeholder: float
    watermark: float
    issues: tuple[Reason, ...] = ()


MEASURED = tuple(name for name in Scores.__struct_fields__ if name != "issues")
"""The names of the numbers, in order."""


REASONS = {
    "dark": Reason.TOO_DARK,
    "bright": Reason.TOO_BRIGHT,
    "low_information": Reason.LOW_INFORMATION,
    "placeholder": Reason.PLACEHOLDER,
    "blur": Reason.BLURRY,
    "odd_aspect": Reason.ODD_ASPECT,
}
"""The gravest first: a flat picture is many things at once, and is told by the first that fits."""


def issues(scores: Scores, thresholds: Thresholds) -> tuple[Reason, ...]:
    """All that is wrong with the picture, the gravest first; empty for a good one."""
    return tuple(
        reason for name, reason in REASONS.items() if getattr(scores, name) > getattr(thresholds, name)
    )


def evidence(scores: Scores, thresholds: Thresholds) -> str:
    """The scores that are too high, in one line, such as ``blur 0.87, up to 0.76 passes``."""
    found = issues(scores, thresholds)
    names = [name for name, reason in REASONS.items() if reason in found]
    return "; ".join(
        f"{name} {getattr(scores, name):.2f}, up to {getattr(thresholds, name):g} passes" for name in names
    )
