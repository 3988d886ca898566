"""Whether a picture that can be decoded is one that was asked for."""

from collections.abc import Iterable

import msgspec

from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.shared.reasons import Reason


class Rules(msgspec.Struct, frozen=True):
    """What a job accepts. Sizes are (width, height) in pixels, orientation applied; None is no limit."""

    min_size: tuple[int, int] | None = None
    max_size: tuple[int, int] | None = None
    file_types: frozenset[Format] = frozenset()


def rules_of(
    min_size: tuple[int, int] | None, max_size: tuple[int, int] | None, file_types: Iterable[str]
) -> Rules:
    """As a job's request has them: file types as extensions."""
    return Rules(min_size, max_size, frozenset(Format(kind) for kind in file_types))


def judge(facts: Facts, rules: Rules) -> Reason | None:
    """The reason to reject, or None for an acceptable picture."""
    if rules.file_types and facts.format not in rules.file_types:
        return Reason.WRONG_FILE_TYPE
    if rules.min_size and (facts.width < rules.min_size[0] or facts.height < rules.min_size[1]):
        return Reason.TOO_SMALL
    if rules.max_size and (facts.width > rules.max_size[0] or facts.height > rules.max_size[1]):
        return Reason.TOO_LARGE
    return None
