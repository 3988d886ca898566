"""Numbers about a dataset: for its card, its ``stats.json`` and its report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean, median

import msgspec

from pixcrawler.domain.datasets.layout import Placed, count_images
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow

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
    label. Sizes are in pixels, bytes in bytes. ``shorter_side`` is binned by its power of two. ``quality`` is
    the mean of each score over the images that have some, ``issues`` counts what was remarked on them."""

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
    rejected: dict[str, int]
    quality: dict[str, float]
    issues: dict[str, int]
    warnings: tuple[str, ...]


def statistics_of(manifest: Manifest, placed: Sequence[Placed]) -> Statistics:
    """``placed`` is the manifest laid out."""
    rows = manifest.rows
    classes = dict.fromkeys(sorted({*manifest.facts.classes, *(row.label for row in rows)}), 0)
    for row in rows:
        classes[row.label] += 1
    return Statistics(
        images=len(rows),
        bytes=sum(row.bytes for row in rows),
        classes=classes,
        splits=count_images(placed),
        width=_spread(row.width for row in rows),
        height=_spread(row.height for row in rows),
        file_size=_spread(row.bytes for row in rows),
        shorter_side=size_histogram([(row.width, row.height) for row in rows]),
        aspect=aspect_histogram([(row.width, row.height) for row in rows]),
        formats=_most_first(row.format for row in rows),
        licenses=_most_first(row.license for row in rows),
        sources=_most_first(row.source for row in rows),
        rejected=manifest.rejected,
        quality=_mean_scores(rows),
        issues=_most_first(issue for row in rows for issue in _issues(row)),
        warnings=tuple(_warnings(classes)),
    )


def size_histogram(sizes: Sequence[tuple[int, int]]) -> tuple[Bin, ...]:
    """Images by the shorter of (width, height), in steps of a doubling, empty steps in between included."""
    powers = Counter(max(1, min(size)).bit_length() - 1 for size in sizes)
    if not powers:
        return ()
    steps = range(min(powers), max(powers) + 1)
    return tuple(Bin(f"{2**step}–{2 ** (step + 1) - 1}", powers[step]) for step in steps)


def aspect_histogram(sizes: Sequence[tuple[int, int]]) -> tuple[Bin, ...]:
    """Images by width divided by height, from ``tall`` to ``wide``."""
    ratios = [width / max(1, height) for width, height in sizes]
    return tuple(Bin(name, sum(low <= ratio < high for ratio in ratios)) for name, low, high in _ASPECTS)


def _mean_scores(rows: Sequence[ManifestRow]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for row in rows:
        for name, value in (row.quality or {}).items():
            if not isinstance(value, list):
                found.setdefault(name, []).append(value)
    return {name: round(mean(values), 4) for name, values in found.items()}


def _issues(row: ManifestRow) -> list[str]:
    listed = (row.quality or {}).get("issues", [])
    return listed if isinstance(listed, list) else []


def _spread(numbers: Iterable[int]) -> Spread:
    every = sorted(numbers)
    return Spread(every[0], round(median(every)), every[-1]) if every else Spread(0, 0, 0)


def _most_first(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda item: (-item[1], item[0])))


def _warnings(classes: dict[str, int]) -> Iterable[str]:
    empty = [label for label, count in classes.items() if not count]
    if empty:
        yield f"{len(empty)} of {len(classes)} classes have no image: " + ", ".join(empty)
    filled = [count for count in classes.values() if count]
    if filled and max(filled) >= UNBALANCED * min(filled):
        yield f"The largest class has {max(filled)} images and the smallest {min(filled)}."
