"""Whether a picture that can be decoded is one that was asked for."""

import msgspec

from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.shared.reasons import Reason


class Rules(msgspec.Struct, frozen=True):
    """What a job accepts. Sizes are (width, height) in pixels, orientation applied; None is no limit."""

    min_size: tuple[int, int] | None = None
    max_size: tuple[int, int] | None = None
    file_types: frozenset[Format] = frozenset()


def judge(facts: Facts, rules: Rules) -> Reason | None:
    """The reason to reject, or None for an acceptable picture."""
    if rules.file_types and facts.format not in rules.file_types:
        return Reason.WRONG_FILE_TYPE
    if rules.min_size and (facts.width < rules.min_size[0] or facts.height < rules.min_size[1]):
        return Reason.TOO_SMALL
    if rules.max_size and (facts.width > rules.max_size[0] or facts.height > rules.max_size[1]):
        return Reason.TOO_LARGE
    return None
