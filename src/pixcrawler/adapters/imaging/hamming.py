"""Pairs of 64-bit hashes that differ in few bits, by multi-index hashing (Norouzi, Punjani, Fleet: "Fast
Search in Hamming Space", 2012).

The bits are cut into three chunks. Two hashes that differ in at most r1 + r2 + r3 + 2 bits differ in at
most r_i bits of some chunk i, so it is enough to compare those that meet in a table of that chunk's
values, with up to r_i of its bits turned. Where that is more work than comparing all with all (few hashes,
many bits), all are compared with all.
"""

from collections.abc import Iterator
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

CHUNKS = ((0, 22), (22, 21), (43, 21))
"""Lowest bit and width of each chunk."""

CROWD = 1024
NEIGHBOURS = 64
BLOCK = 1 << 16
"""Pairs compared at a time. It bounds memory, and the arrays that are made for it stay so small that malloc
keeps none of their room for later: it keeps twice the largest block that was ever given back."""
BIT = np.left_shift(np.uint8(1), np.arange(8, dtype=np.uint8))


def near(hashes: Hashes, others: Hashes, bits: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Arrays of pairs i < j for which ``hashes[i]`` and ``others[j]`` differ in at most so many bits; one
    pair may come several times.

    ``others`` are the same hashes, or each of them changed in a way that undoes itself: then whoever is
    near to the change of another is changed near to it. Where more than 1024 hashes share a chunk, each
    is compared with the 64 of them that are closest in sequence, and some pairs may be missed.
    """
    turned = [(bits + 1 + spare) // len(CHUNKS) - 1 for spare in (2, 1, 0)]
    masks = sum(comb(width, n) for (_, width), r in zip(CHUNKS, turned, strict=True) for n in range(r + 1))
    count = len(hashes)
    if count * count < masks * 4 * (2 * count + 10_000):
        return _all(hashes, others, bits)
    return _by_chunk(hashes, others, bits, turned)


def _all(hashes: Hashes, others: Hashes, bits: int) -> Iterator[tuple[Numbers, Numbers]]:
    """Each with all that follow it, some rows at a time."""
    count, row = len(hashes), 0
    while row < count:
        stop = row + max(1, BLOCK // (count - row))
        differing = np.bitwise_count(hashes[row:stop, None] ^ others[None, row:])
        left, right = np.nonzero(differing <= bits)
        after = left < right
        yield left[after] + row, right[after] + row
        row = stop


def _by_chunk(
    hashes: Hashes, others: Hashes, bits: int, turned: list[int]
) -> Iterator[tuple[Numbers, Numbers]]:
    for (lowest, width), most in zip(CHUNKS, turned, strict=True):
        table = _Table(others, lowest, width)
        asked = _on_top(hashes, lowest, width)
        for mask in _masks(width, most):
            for left, right in table.meetings(asked ^ np.uint64(mask << (64 - width))):
                near = np.bitwise_count(hashes[left] ^ others[right]) <= bits
                near &= left < right
                yield left[near], right[near]


def _on_top(hashes: Hashes, lowest: int, width: int) -> Hashes:
    """Rotated so that the chunk is in the highest bits."""
    by = np.uint64(64 - lowest - width)
    return hashes if by == 0 else (hashes << by) | (hashes >> (np.uint64(64) - by))


class _Table:
    """Hashes in the order of one chunk, and which of its values there are: that rules out nearly all that is
    asked, in a bit for each value."""

    def __init__(self, hashes: Hashes, lowest: int, width: int) -> None:
        rotated = _on_top(hashes, lowest, width)
        self._width = np.uint64(64 - width)
        self._order = np.argsort(rotated, kind="stable")
        self._sorted = rotated[self._order]
        self._keys = (self._sorted >> self._width).astype(np.int32)
        self._there = np.zeros(1 << width >> 3, np.uint8)
        np.bitwise_or.at(self._there, self._keys >> 3, BIT[self._keys & 7])

    def meetings(self, asked: Hashes) -> Iterator[tuple[Numbers, Numbers]]:
        """(number in ``asked``, number in the table) of those with the same chunk."""
        keys = (asked >> self._width).astype(np.int32)
        mine = np.flatnonzero(self._there[keys >> 3] & BIT[keys & 7])
        keys = keys[mine]
        start = np.searchsorted(self._keys, keys)
        count = np.searchsorted(self._keys, keys, side="right") - start
        crowded = np.flatnonzero(count > CROWD)
        if len(crowded):
            about = np.searchsorted(self._sorted, asked[mine[crowded]]) - NEIGHBOURS // 2
            last = start[crowded] + count[crowded] - NEIGHBOURS
            start[crowded] = np.clip(about, start[crowded], last)
            count[crowded] = NEIGHBOURS
        yield from self._unfolded(mine, start, count)

    def _unfolded(self, mine: Numbers, start: Numbers, count: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
        """(mine[k], start[k]), (mine[k], start[k] + 1) … for each k, a block at a time."""
        ends = np.cumsum(count)
        done, total = 0, int(ends[-1]) if len(ends) else 0
        at = 0
        while done < total:
            stop = max(at + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
            part = count[at:stop]
            before = np.repeat(ends[at:stop] - part - done, part)
            right = np.repeat(start[at:stop], part) + np.arange(int(part.sum())) - before
            yield np.repeat(mine[at:stop], part), self._order[right]
            done, at = int(ends[stop - 1]), stop


def _masks(width: int, turned: int) -> Iterator[int]:
    """All ways to turn at most so many of the bits."""
    for count in range(turned + 1):
        for bits in combinations(range(width), count):
            yield sum(1 << bit for bit in bits)
