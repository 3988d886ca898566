"""Dealing out images that are divided into parts."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence

_NOTHING = 1e-9
"""Quotas are floats: closer than this to a whole number is that number."""


def largest_remainder(
    size: int, ratios: Mapping[str, float], lacking: Mapping[str, float] | None = None
) -> dict[str, int]:
    """``size`` divided by ratios that add up to 1, as exactly as whole numbers can (Hamilton's method); ties
    go to the earlier. What a part is ``lacking`` from before is added to its remainder."""
    quotas = {name: size * ratio for name, ratio in ratios.items()}
    parts = {name: math.floor(quota + _NOTHING) for name, quota in quotas.items()}

    def rank(name: str) -> tuple[bool, float]:
        remainder = quotas[name] - parts[name]
        return remainder <= _NOTHING, -remainder - (lacking[name] if lacking else 0)

    for name in sorted(ratios, key=rank)[: size - sum(parts.values())]:
        parts[name] += 1
    return parts


def apportion(
    sizes: Iterable[int], ratios: Mapping[str, float], *, never_without: str | None = None
) -> Iterator[dict[str, int]]:
    """Classes of these sizes, each divided on its own: a part gets its share of each, rounded down or up.

    Which way goes by what the parts lack of the classes before, so that all classes together keep to the
    ratios however small each is. The part ``never_without`` gets something of every class.
    """
    lacking = dict.fromkeys(ratios, 0.0)
    for size in sizes:
        parts = largest_remainder(size, ratios, lacking)
        if size and never_without is not None and not parts[never_without]:
            donors = [name for name in ratios if parts[name]]
            parts[max(donors, key=lambda name: parts[name] - size * ratios[name])] -= 1
            parts[never_without] = 1
        for name, part in parts.items():
            lacking[name] += size * ratios[name] - part
        yield parts


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
        main = labels[group[0]] if len(group) == 1 else _most(group, labels, names)
        part = max(needs[main], key=needs[main].__getitem__)
        for number in group:
            needs[labels[number]][part] -= 1
            yield number, part


def _most(group: Sequence[int], labels: Sequence[int], names: Sequence[str]) -> int:
    """The class that most of them are of, the first by name where that is not one alone."""
    counted = Counter(labels[number] for number in group)
    return min(counted, key=lambda label: (-counted[label], names[label]))
