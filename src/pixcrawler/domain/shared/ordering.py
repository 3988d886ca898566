"""Sorting many numbers by what they stand for."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

AT_ONCE = 2_048
"""Keys that are in memory together."""


def ordered(numbers: Iterable[int], key: Callable[[int], Any]) -> Iterator[int]:
    """As ``sorted``, which would hold the keys of all at once: some hundred bytes each. This holds four bytes
    of each number, which is below 2**32, and asks for each key twice where there are many."""
    left = iter(numbers)
    runs = []
    while part := list(islice(left, AT_ONCE)):
        part.sort(key=key)
        runs.append(array("I", part))
    return iter(runs[0]) if len(runs) == 1 else merge(*runs, key=key)
