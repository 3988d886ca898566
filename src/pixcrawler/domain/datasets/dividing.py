"""Dividing one selection into several."""

import msgspec

from pixcrawler.domain.datasets.errors import InvalidSelection
from pixcrawler.domain.datasets.selection import Keep, Selection, Share, check_ratios

MOST_PARTS = 20


class Division(msgspec.Struct, frozen=True, kw_only=True):
    """By ``ratios``: each part's name and its share, drawn by the seed, each class on its own, pictures that
    are alike together. Or by ``labels``: each part's name and its classes, of which no two parts have one.

    Raises:
        InvalidSelection: it is neither, or both, or its parts overlap.
    """

    ratios: dict[str, float] | None = None
    labels: dict[str, tuple[str, ...]] | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if (self.ratios is None) == (self.labels is None):
            raise InvalidSelection("A dataset is divided either by ratios or by labels.", field="ratios")
        parts = self.ratios or self.labels or {}
        if not 2 <= len(parts) <= MOST_PARTS:
            raise InvalidSelection(f"A dataset is divided into 2 to {MOST_PARTS} parts.", field="ratios")
        if self.ratios is not None:
            check_ratios(self.ratios)
        taken: set[str] = set()
        for labels in (self.labels or {}).values():
            if not labels or not taken.isdisjoint(labels):
                raise InvalidSelection("Each part has labels of its own.", field="labels")
            taken.update(labels)


def parts_of(selection: Selection, division: Division) -> dict[str, Selection]:
    """By name. The parts by ratios are all of the whole; by labels, all with one of these labels."""
    if division.ratios is not None:
        return {
            name: selection.then(Share(name=name, ratios=division.ratios, seed=division.seed))
            for name in division.ratios
        }
    return {name: selection.then(Keep(labels=labels)) for name, labels in (division.labels or {}).items()}
