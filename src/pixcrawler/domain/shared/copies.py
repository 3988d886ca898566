"""Which of several copies of a picture stays."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any


def copies(
    pictures: Iterable[int], near: Mapping[int, Collection[int]], quality: Callable[[int], Any]
) -> dict[int, int]:
    """Leader clustering (Hartigan, Clustering Algorithms, 1975, ch. 3): the best first, each picture that is
    near to one that stays is dropped for the best such. Dropped pictures with the one that stays instead.

    ``quality`` sorts the best first and is equal for no two pictures, so the order in which they come changes
    nothing.
    """
    crowded = sorted((picture for picture in pictures if near.get(picture)), key=quality)
    losers: dict[int, int] = {}
    leaders: set[int] = set()
    for picture in crowded:
        leader = min((other for other in near[picture] if other in leaders), key=quality, default=None)
        if leader is None:
            leaders.add(picture)
        else:
            losers[picture] = leader
    return losers
