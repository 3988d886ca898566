"""One picture under two labels: what a job does with it."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec


class Conflicts(StrEnum):
    """A picture that was found under two labels is kept under the label of its best-ranked find, dropped, or
    kept once with all of its labels."""

    KEEP = "keep"
    DROP = "drop"
    MULTI = "multi"


class Labels(msgspec.Struct, frozen=True):
    """Each keyword's label, and what to do with a picture under two."""

    of_keyword: Sequence[str] = ()
    conflicts: Conflicts = Conflicts.KEEP


AS_FOUND = Labels()


def found_under(
    sightings: Iterable[tuple[int, str]], losers: Mapping[int, int]
) -> dict[int, tuple[str, ...]]:
    """The labels of each picture that stays and of the copies that are dropped for it (``losers``): its own
    first, in the order of the sightings (picture, label). An empty label is none."""
    own: dict[int, dict[str, None]] = {}
    for picture, label in sightings:
        own.setdefault(picture, {}).update({label: None} if label else {})
    found = {picture: dict(labels) for picture, labels in own.items() if picture not in losers}
    for loser, leader in losers.items():
        found[leader].update(own[loser])
    return {picture: tuple(labels) for picture, labels in found.items()}


def contested(under: Mapping[int, Sequence[str]], losers: Mapping[int, int]) -> set[int]:
    """Pictures under two labels, and the copies of them that were found."""
    leaders = {picture for picture, labels in under.items() if len(labels) > 1}
    return leaders | {loser for loser, leader in losers.items() if leader in leaders}
