"""Dividing a dataset into train, val and test."""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from pixcrawler.domain.datasets.errors import InvalidSplit
from pixcrawler.domain.datasets.manifest import ManifestRow

SPLITS = ("train", "val", "test")

_ALIASES = {
    "training": "train",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}
_HOW_TO = "write it like 80/10/10, 0.8,0.1,0.1 or train=0.9,val=0.1"


class SplitPlan(msgspec.Struct, frozen=True):
    """Which share of each class goes where, and the seed that says which images.

    The names are of ``SPLITS``, because those are what the loaders know; ratios are above 0 and add up
    to 1; ``train`` is among them.

    Raises:
        InvalidSplit: any of this does not hold.
    """

    ratios: dict[str, float]
    seed: int = 0

    def __post_init__(self) -> None:
        unknown = [name for name in self.ratios if name not in SPLITS]
        if unknown:
            raise _invalid(f"A split is called {_quoted(unknown[0])}; only train, val and test are known")
        if "train" not in self.ratios:
            raise _invalid("The split has no train part")
        if not all(math.isfinite(ratio) and ratio > 0 for ratio in self.ratios.values()):
            raise _invalid("Each part of a split must be above 0")
        total = sum(self.ratios.values())
        if abs(total - 1) > 1e-6:
            raise _invalid(f"The parts of the split add up to {total:g} instead of 1")


def parse_split(text: str, *, seed: int = 0) -> SplitPlan:
    """Read ``80/10/10``, ``0.8,0.1,0.1`` (train, val, test in this order) or ``train=0.9,val=0.1``.

    Parts add up to 1 or to 100; parts of 0 are left out.

    Raises:
        InvalidSplit: it is none of these.
    """
    pieces = [piece.strip() for piece in text.replace("/", ",").replace(":", ",").split(",")]
    named = ["=" in piece for piece in pieces]
    if any(named) != all(named):
        raise _invalid(f"The split {_quoted(text)} names some parts and not others")
    if not any(named):
        if len(pieces) > len(SPLITS):
            raise _invalid(
                f"The split {_quoted(text)} has {len(pieces)} parts, at most 3 are known; {_HOW_TO}."
            )
        pieces = [f"{name}={piece}" for name, piece in zip(SPLITS, pieces, strict=False)]
    parts: dict[str, float] = {}
    for piece in pieces:
        name, _, number = (half.strip() for half in piece.partition("="))
        name = _ALIASES.get(name.lower(), name.lower())
        if name in parts:
            raise _invalid(f"The split {_quoted(text)} names {name} twice")
        parts[name] = _share(number, text)
    total = sum(parts.values())
    if not any(math.isclose(total, whole, rel_tol=1e-6) for whole in (1, 100)):
        raise _invalid(
            f"The parts of the split {_quoted(text)} add up to {total:g}, not to 1 or 100; {_HOW_TO}."
        )
    return SplitPlan({name: parts[name] / total for name in _known_first(parts) if parts[name]}, seed)


def assign(rows: Iterable[ManifestRow], plan: SplitPlan) -> dict[str, str]:
    """The split of every image, by image id.

    Each class is divided on its own by the largest remainder, with at least one image for ``train``, so
    small classes fill ``train`` first. Images of one duplicate group go together, large groups first;
    that is the only thing that can move a class away from its ratios, and then by less than one group.
    The order comes from SHA-256 of the seed and the image, so rows may come in any order.
    """
    every = sorted(rows, key=lambda row: (row.sha256, row.label))
    sizes = Counter(row.label for row in every)
    needs = {label: _targets(size, plan.ratios) for label, size in sizes.items()}
    result: dict[str, str] = {}
    for group in _in_drawing_order(_groups(every), plan.seed):
        labels = Counter(row.label for row in group)
        main = min(labels, key=lambda label: (-labels[label], label))
        split = max(needs[main], key=needs[main].__getitem__)
        for row in group:
            needs[row.label][split] -= 1
            result[row.id] = split
    return result


def _targets(size: int, ratios: Mapping[str, float]) -> dict[str, int]:
    """How many of a class's images each split gets, by the largest remainder; ties go to the earlier."""
    names = [name for name in SPLITS if name in ratios]
    quotas = {name: size * ratios[name] for name in names}
    targets = {name: math.floor(quotas[name] + 1e-9) for name in names}
    by_remainder = sorted(names, key=lambda name: targets[name] - quotas[name])
    for name in by_remainder[: size - sum(targets.values())]:
        targets[name] += 1
    if targets["train"] == 0:
        donors = [name for name in names if targets[name]]
        targets[max(donors, key=lambda name: targets[name] - quotas[name])] -= 1
        targets["train"] = 1
    return targets


def _groups(rows: Sequence[ManifestRow]) -> list[list[ManifestRow]]:
    """Rows that must stay together: the same bytes, or the same duplicate group, also through others."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for row in rows:
        if row.dedup_group is not None:
            parent[root(f"image {row.id}")] = root(f"group {row.dedup_group}")
    groups: dict[str, list[ManifestRow]] = defaultdict(list)
    for row in rows:
        groups[root(f"image {row.id}")].append(row)
    return list(groups.values())


def _in_drawing_order(groups: list[list[ManifestRow]], seed: int) -> list[list[ManifestRow]]:
    def lot(group: list[ManifestRow]) -> tuple[int, bytes]:
        return (-len(group), hashlib.sha256(f"{seed}:{group[0].sha256}".encode()).digest())

    return sorted(groups, key=lot)


def _known_first(parts: Mapping[str, float]) -> list[str]:
    return sorted(parts, key=lambda name: SPLITS.index(name) if name in SPLITS else len(SPLITS))


def _share(number: str, text: str) -> float:
    try:
        share = float(number.removesuffix("%"))
    except ValueError:
        raise _invalid(
            f"The split {_quoted(text)} holds {_quoted(number)}, which is no number; {_HOW_TO}."
        ) from None
    if not math.isfinite(share) or share < 0:
        raise _invalid(f"The split {_quoted(text)} holds {number}; each part is 0 or more")
    return share


def _quoted(text: str) -> str:
    return f"“{text[:60]}”"


def _invalid(message: str) -> InvalidSplit:
    return InvalidSplit(f"{message}; {_HOW_TO}.", field="split")
