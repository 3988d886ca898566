"""Dealing out images that are divided into parts."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence


def largest_remainder(size: int, ratios: Mapping[str, float]) -> dict[str, int]:
    """``size`` divided by ratios that add up to 1, as exactly as whole numbers can (Hamilton's method); ties
    go to the earlier."""
    quotas = {name: size * ratio for name, ratio in ratios.items()}
    parts = {name: math.floor(quota + 1e-9) for name, quota in quotas.items()}
    by_remainder = sorted(ratios, key=lambda name: parts[name] - quotas[name])
    for name in by_remainder[: size - sum(parts.values())]:
        parts[name] += 1
    return parts


def deal(
    groups: Iterable[Sequence[int]],
    labels: Sequence[int],
    names: Sequence[str],
    needs: Sequence[MutableMapping[str, int]],
) -> Iterator[tuple[int, str]]:
    """Every image and its part: each group goes whole where its main class lacks most.

    ``labels`` says each image's class as a place in ``names`` and ``needs``; ``needs`` is how many of each
    class each part wants, and is used up.
    """
    for group in groups:
        counted = Counter(labels[number] for number in group)
        main = min(counted, key=lambda label: (-counted[label], names[label]))
        part = max(needs[main], key=needs[main].__getitem__)
        for number in group:
            needs[labels[number]][part] -= 1
            yield number, part
