"""Numbers about a dataset: for its card, its ``stats.json`` and its report."""

from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from statistics import mean

import msgspec

from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow
from pixcrawler.domain.datasets.splits import SPLITS
from pixcrawler.domain.shared.ordering import ordered

# The largest class is this many times the smallest: people balance such sets before they train.
UNBALANCED = 10

_ASPECTS = (
    ("tall", 0.0, 0.67),
    ("portrait", 0.67, 0.9),
    ("square", 0.9, 1.1),
    ("landscape", 1.1, 1.5),
    ("wide", 1.5, float("inf")),
)


class Spread(msgspec.Struct, frozen=True):
    """The least, the middle and the greatest of some numbers; all 0 where there are none."""

    min: int
    median: int
    max: int


class Bin(msgspec.Struct, frozen=True):
    """One bar of a histogram."""

    name: str
    count: int


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """``classes`` and ``splits`` count images per label (labels without images too) and per split and
    label. ``label_sources`` counts who says the labels. Sizes are in pixels, bytes in bytes. ``shorter_side``
    is binned by its power of two. ``quality`` is the mean of each score over the images that have some,
    ``issues`` counts what was remarked on them."""

    images: int
    bytes: int
    classes: dict[str, int]
    splits: dict[str, dict[str, int]]
    width: Spread
    height: Spread
    file_size: Spread
    shorter_side: tuple[Bin, ...]
    aspect: tuple[Bin, ...]
    formats: dict[str, int]
    licenses: dict[str, int]
    sources: dict[str, int]
    label_sources: dict[str, int]
    rejected: dict[str, int]
    quality: dict[str, float]
    issues: dict[str, int]
    warnings: tuple[str, ...]


class Columns:
    """What the numbers are made of, in some thirty bytes an image. ``classes`` are labels that count also
    where no image has them."""

    def __init__(self, classes: Iterable[str]) -> None:
        self._classes = dict.fromkeys(classes, 0)
        self._splits: dict[str, dict[str, int]] = {split: {} for split in SPLITS}
        self._widths, self._heights, self._sizes = array("Q"), array("Q"), array("Q")
        self._formats: Counter[str] = Counter()
        self._licenses: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._label_sources: Counter[str] = Counter()
        self._issues: Counter[str] = Counter()
        self._scores: dict[str, array[float]] = {}

    def add(self, row: ManifestRow, split: str | None = None) -> None:
        """``split`` None: the images are not divided."""
        self._classes[row.label] = self._classes.get(row.label, 0) + 1
        if split is not None:
            inside = self._splits[split]
            inside[row.label] = inside.get(row.label, 0) + 1
        self._widths.append(row.width)
        self._heights.append(row.height)
        self._sizes.append(row.bytes)
        self._formats[row.format] += 1
        self._licenses[row.license] += 1
        self._sources[row.source] += 1
        if row.label:
            self._label_sources[row.label_source] += 1
        for name, value in (row.quality or {}).items():
            if isinstance(value, list | tuple):  # a tuple before it was read back from a file
                self._issues.update(value if name == "issues" else ())
            else:
                self._scores.setdefault(name, array("d")).append(value)

    def statistics(self, rejected: dict[str, int]) -> Statistics:
        """Of all that was added."""
        classes = dict(sorted(self._classes.items()))
        return Statistics(
            images=len(self._sizes),
            bytes=sum(self._sizes),
            classes=classes,
            splits={split: inside for split, inside in self._splits.items() if inside},
            width=_spread(self._widths),
            height=_spread(self._heights),
            file_size=_spread(self._sizes),
            shorter_side=size_histogram(zip(self._widths, self._heights, strict=True)),
            aspect=aspect_histogram(zip(self._widths, self._heights, strict=True)),
            formats=_most_first(self._formats),
            licenses=_most_first(self._licenses),
            sources=_most_first(self._sources),
            label_sources=_most_first(self._label_sources),
            rejected=rejected,
            quality={name: round(mean(values), 4) for name, values in self._scores.items()},
            issues=_most_first(self._issues),
            warnings=tuple(_warnings(classes)),
        )


def statistics_of(manifest: Manifest, placed: Iterable[Placed]) -> Statistics:
    """``placed`` is the manifest laid out; it is gone through once."""
    columns = Columns(manifest.facts.classes)
    for image in placed:
        columns.add(image.row, image.split)
    return columns.statistics(manifest.rejected)


def size_histogram(sizes: Iterable[tuple[int, int]]) -> tuple[Bin, ...]:
    """Images by the shorter of (width, height), in steps of a doubling, empty steps in between included."""
    powers = Counter(max(1, min(size)).bit_length() - 1 for size in sizes)
    if not powers:
        return ()
    steps = range(min(powers), max(powers) + 1)
    return tuple(Bin(f"{2**step}–{2 ** (step + 1) - 1}", powers[step]) for step in steps)


def aspect_histogram(sizes: Iterable[tuple[int, int]]) -> tuple[Bin, ...]:
    """Images by width divided by height, from ``tall`` to ``wide``."""
    counts = dict.fromkeys((name for name, _, _ in _ASPECTS), 0)
    for width, height in sizes:
        ratio = width / max(1, height)
        counts[next(name for name, low, high in _ASPECTS if low <= ratio < high)] += 1
    return tuple(Bin(name, count) for name, count in counts.items())


def _spread(numbers: "array[int]") -> Spread:
    count = len(numbers)
    if not count:
        return Spread(0, 0, 0)
    by_size = ordered(range(count), numbers.__getitem__)
    middle = [numbers[place] for place in islice(by_size, (count - 1) // 2, count // 2 + 1)]
    return Spread(min(numbers), round(mean(middle)), max(numbers))


def _most_first(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _warnings(classes: dict[str, int]) -> Iterable[str]:
    empty = [label for label, count in classes.items() if not count]
    if empty:
        yield f"{len(empty)} of {len(classes)} classes have no image: " + ", ".join(empty)
    filled = [count for count in classes.values() if count]
    if filled and max(filled) >= UNBALANCED * min(filled):
        yield f"The largest class has {max(filled)} images and the smallest {min(filled)}."
