"""Dividing a dataset into train, val and test."""

import hashlib
import math
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from pixcrawler.domain.datasets.dealing import apportion, deal
from pixcrawler.domain.datasets.errors import InvalidSplit
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.shared.ordering import ordered

SPLITS = ("train", "val", "test")
ROUNDING = 1e-6
"""How far from 1 the ratios may add up."""

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
    to 1; ``train`` is among them. They are kept in the order of ``SPLITS``, whoever hands them over.

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
        if abs(total - 1) > ROUNDING:
            raise _invalid(f"The parts of the split add up to {total:g} instead of 1")
        in_order = {name: self.ratios[name] for name in SPLITS if name in self.ratios}
        msgspec.structs.force_setattr(self, "ratios", in_order)


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
            raise _invalid(f"The split {_quoted(text)} has {len(pieces)} parts, at most 3 are known")
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
        raise _invalid(f"The parts of the split {_quoted(text)} add up to {total:g}, not to 1 or 100")
    return SplitPlan({name: parts[name] / total for name in _known_first(parts) if parts[name]}, seed)


class Splits(Mapping[str, str]):
    """The split of every image, by image id; in nine bytes an image."""

    def __init__(self, ids: Sequence[int], splits: bytes) -> None:
        """``ids`` as numbers, in order and each once; ``splits`` are their places in ``SPLITS``."""
        self._ids = array("Q", ids)
        self._splits = splits

    def __getitem__(self, key: str) -> str:
        number = int(key, 16)
        place = bisect_left(self._ids, number)
        if place == len(self._ids) or self._ids[place] != number:
            raise KeyError(key)
        return SPLITS[self._splits[place]]

    def __iter__(self) -> Iterator[str]:
        return (f"{number:016x}" for number in self._ids)

    def __len__(self) -> int:
        return len(self._ids)


_LOT = 32
"""Bytes of a SHA-256."""


class _Drawn:
    """What a draw needs to know of the rows, in columns: their ids, their labels as numbers, their lots, and
    which of them have to stay together."""

    def __init__(self, rows: Iterable[ManifestRow], seed: int) -> None:
        self.ids = array("Q")
        self.labels = array("I")
        self._lots = bytearray()
        self.sizes: dict[str, int] = {}
        self._parent: dict[int, int] = {}
        numbers: dict[str, int] = {}
        first_of_group: dict[str, int] = {}
        for number, row in enumerate(rows):
            self.ids.append(int(row.id, 16))
            self.labels.append(numbers.setdefault(row.label, len(numbers)))
            self._lots += hashlib.sha256(f"{seed}:{row.sha256}".encode()).digest()
            self.sizes[row.label] = self.sizes.get(row.label, 0) + 1
            if row.dedup_group is not None:
                self._join(first_of_group.setdefault(row.dedup_group, number), number)
        self.names = list(numbers)
        self.by_id = array("I", ordered(range(len(self.ids)), self.ids.__getitem__))
        for one, other in pairwise(self.by_id):
            if self.ids[one] == self.ids[other]:
                self._join(one, other)

    def groups(self) -> Iterator[Sequence[int]]:
        """Rows that must stay together: the same bytes, or the same duplicate group, also through others.
        Large groups first, else as the lot of each one's smallest id falls."""
        together: dict[int, list[int]] = defaultdict(list)
        for number in self._parent:
            together[self._root(number)].append(number)
        crowds = [group for group in together.values() if len(group) > 1]
        joined = {number for group in crowds for number in group}
        crowds.sort(key=lambda group: (-len(group), self._lot(min(group, key=self.ids.__getitem__))))
        yield from crowds
        for number in ordered((n for n in range(len(self.ids)) if n not in joined), self._lot):
            yield (number,)

    def _lot(self, number: int) -> bytes:
        return bytes(self._lots[_LOT * number : _LOT * (number + 1)])

    def _root(self, number: int) -> int:
        parent = self._parent
        while parent.setdefault(number, number) != number:
            parent[number] = number = parent[parent[number]]
        return number

    def _join(self, one: int, other: int) -> None:
        self._parent[self._root(one)] = self._root(other)


def assign(rows: Iterable[ManifestRow], plan: SplitPlan) -> Splits:
    """The split of every image, by image id.

    Each class is divided on its own, with at least one image for ``train``; the odd images of small classes
    go where the classes before, by name, left most missing. Images of one duplicate group go together, large
    groups first; that is the only thing that can move a class away from its ratios by more than rounding,
    and then by less than one group.
    The order comes from SHA-256 of the seed and the image, so rows may come in any order. Of each row only
    a hundred bytes or so are held, and nine in the end.
    """
    drawn = _Drawn(rows, plan.seed)
    needs = _needs(drawn.sizes, plan)
    splits = bytearray(len(drawn.ids))
    for number, split in deal(
        drawn.groups(), drawn.labels, drawn.names, [needs[name] for name in drawn.names]
    ):
        splits[number] = SPLITS.index(split)
    ids, last = drawn.ids, None
    once, chosen = array("Q"), bytearray()
    for number in drawn.by_id:
        if ids[number] != last:
            last = ids[number]
            once.append(last)
            chosen.append(splits[number])
    return Splits(once, bytes(chosen))


def _needs(sizes: Mapping[str, int], plan: SplitPlan) -> dict[str, dict[str, int]]:
    """How many images of each class each split gets."""
    names = sorted(sizes)
    return dict(
        zip(
            names,
            apportion((sizes[name] for name in names), plan.ratios, never_without="train"),
            strict=True,
        )
    )


def _known_first(parts: Mapping[str, float]) -> list[str]:
    return sorted(parts, key=lambda name: SPLITS.index(name) if name in SPLITS else len(SPLITS))


def _share(number: str, text: str) -> float:
    try:
        share = float(number.removesuffix("%"))
    except ValueError:
        raise _invalid(f"The split {_quoted(text)} holds {_quoted(number)}, which is no number") from None
    if not math.isfinite(share) or share < 0:
        raise _invalid(f"The split {_quoted(text)} holds {number}; each part is 0 or more")
    return share


def _quoted(text: str) -> str:
    return f"“{text[:60]}”"


def _invalid(message: str) -> InvalidSplit:
    return InvalidSplit(f"{message}; {_HOW_TO}.", field="split")
