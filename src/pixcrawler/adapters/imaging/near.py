"""Near-duplicates by multi-index hashing (Norouzi, Punjani, Fleet: "Fast Search in Hamming Space", 2012).

The 64 bits of phash are cut into three chunks. Two hashes that differ in at most r1 + r2 + r3 + 2 bits
differ in at most r_i bits of some chunk i, so it is enough to compare those that meet in a table of that
chunk's values, with up to r_i of its bits turned.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from pixcrawler.domain.imaging.facts import Facts

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

CHUNKS = ((0, 22), (22, 21), (43, 21))
"""Lowest bit and width of each chunk."""

SMOOTH = 24
"""Pictures of less detail have a phash that is mostly noise."""

SMOOTH_DHASH = 1
SMOOTH_ASPECT = 0.02
PLAIN_DHASH = 6
"""A dhash with fewer ones, or fewer zeros, says nothing: it is that of a flat picture or of any gradient."""

CROWD = 1024
NEIGHBOURS = 64
BLOCK = 1 << 22
"""Pairs compared at a time, which bounds memory."""


@dataclass(frozen=True, slots=True)
class Level:
    """Bits in which phash and dhash may differ, turned bits per chunk, and how far apart shapes may be.

    ``aspect`` is a difference of the logarithms of width by height: 0.1 is about a tenth.
    """

    phash: int
    dhash: int
    turned: tuple[int, int, int]
    aspect: float


LEVELS = {
    "low": Level(phash=2, dhash=2, turned=(0, 0, 0), aspect=0.05),
    "medium": Level(phash=4, dhash=4, turned=(0, 1, 1), aspect=0.1),
    "high": Level(phash=8, dhash=8, turned=(2, 2, 2), aspect=0.1),
}


class MultiIndexNearDuplicates:
    """Two pictures are near when phash, dhash and shape all say so; of smooth ones much more is asked.

    Smooth pictures (detail below 24) need dhashes that differ in at most one bit and say something, and
    the same shape within two hundredths; flat ones are never near anything. Colour is not looked at, nor
    is transparency.

    Of pictures with equal hashes and shapes each is paired with the next only, so a picture that is there
    n times gives n - 1 pairs; the groups that the pairs connect are the same. Where more than 1024 different
    hashes share a chunk, each is compared with 64 of them, and some pairs may be missed.
    """

    def pairs(self, pictures: Sequence[Facts], level: str) -> list[tuple[int, int]]:
        """As the port says; in numpy arrays of some 100 bytes a picture. Raise ValueError: no such level."""
        if level == "none":
            return []
        if level not in LEVELS:
            raise ValueError(f"no level {level!r}: none, {', '.join(LEVELS)}")
        album = _Album.of(pictures, LEVELS[level])
        copies, firsts = album.copies()
        found = [copies, *(firsts[near] for near in album.only(firsts).near())]
        both = np.sort(np.concatenate(found), axis=1)
        return [(int(i), int(j)) for i, j in np.unique(both, axis=0)]


@dataclass(frozen=True, slots=True)
class _Album:
    """Pictures as columns."""

    level: Level
    phash: Hashes
    dhash: Hashes
    smooth: Flags
    blank: Flags
    aspect: npt.NDArray[np.float64]

    @classmethod
    def of(cls, pictures: Sequence[Facts], level: Level) -> "_Album":
        count = len(pictures)
        dhash = np.fromiter((facts.dhash for facts in pictures), np.uint64, count)
        smooth = np.fromiter((facts.detail < SMOOTH for facts in pictures), np.bool_, count)
        ones = np.bitwise_count(dhash)
        return cls(
            level=level,
            phash=np.fromiter((facts.phash for facts in pictures), np.uint64, count),
            dhash=dhash,
            smooth=smooth,
            blank=smooth & ((ones < PLAIN_DHASH) | (ones > 64 - PLAIN_DHASH)),
            aspect=np.log(np.fromiter((facts.width / facts.height for facts in pictures), np.float64, count)),
        )

    def only(self, chosen: Numbers) -> "_Album":
        return _Album(
            self.level,
            self.phash[chosen],
            self.dhash[chosen],
            self.smooth[chosen],
            self.blank[chosen],
            self.aspect[chosen],
        )

    def copies(self) -> tuple[Numbers, Numbers]:
        """Pairs of neighbours among pictures that are equal in all columns; and one picture of each such run.

        Blank ones are in neither.
        """
        order = np.lexsort((self.aspect, self.smooth, self.dhash, self.phash))
        order = order[~self.blank[order]]
        left, right = order[:-1], order[1:]
        same = np.ones(len(left), np.bool_)
        for column in (self.phash, self.dhash, self.smooth, self.aspect):
            same &= column[left] == column[right]
        first = np.ones(len(order), np.bool_)
        first[1:] = ~same
        return np.stack((left[same], right[same]), axis=1), order[first]

    def alike(self, left: Numbers, right: Numbers) -> Flags:
        """Whether dhash and shape agree."""
        smooth = self.smooth[left] | self.smooth[right]
        differing = np.bitwise_count(self.dhash[left] ^ self.dhash[right])
        apart = np.abs(self.aspect[left] - self.aspect[right])
        close: Flags = (differing <= np.where(smooth, SMOOTH_DHASH, self.level.dhash)) & (
            apart <= np.where(smooth, SMOOTH_ASPECT, self.level.aspect)
        )
        return close

    def near(self) -> Iterator[Numbers]:
        """Arrays of near pairs; one pair may come from several chunks."""
        for (lowest, width), turned in zip(CHUNKS, self.level.turned, strict=True):
            chunk = _Chunk(self.phash, lowest, width)
            for mask in _masks(width, turned):
                for left, right in chunk.meetings(mask):
                    differing = np.bitwise_count(self.phash[left] ^ self.phash[right])
                    kept = np.flatnonzero(differing <= self.level.phash)
                    left, right = left[kept], right[kept]  # noqa: PLW2901
                    agree = self.alike(left, right)
                    yield np.stack((left[agree], right[agree]), axis=1)


class _Chunk:
    """The hashes, sorted by some of their bits, with a table of where each value of these starts."""

    def __init__(self, hashes: Hashes, lowest: int, width: int) -> None:
        keys = ((hashes >> np.uint64(lowest)) & np.uint64((1 << width) - 1)).astype(np.int32)
        self._order = np.lexsort((hashes, keys))
        self._keys = keys[self._order]
        self._counts = np.bincount(keys, minlength=1 << width).astype(np.int32)
        self._starts = np.cumsum(self._counts, dtype=np.int32) - self._counts

    def meetings(self, mask: int) -> Iterator[tuple[Numbers, Numbers]]:
        """Pairs of hashes whose chunks differ in exactly the bits of the mask, each pair once."""
        if mask:
            other = self._keys ^ np.int32(mask)
            mine = np.flatnonzero((self._keys < other) & (self._counts[other] > 0))
            start, count = self._starts[other[mine]], self._counts[other[mine]]
        else:
            mine = np.arange(len(self._keys))
            start = mine + 1
            count = self._starts[self._keys] + self._counts[self._keys] - start
        crowded = np.maximum(count, self._counts[self._keys[mine]]) > CROWD
        count = np.where(crowded, np.minimum(count, NEIGHBOURS), count)
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
            offset = np.arange(int(part.sum())) - before
            left = np.repeat(mine[at:stop], part)
            right = np.repeat(start[at:stop], part) + offset
            yield self._order[left], self._order[right]
            done, at = int(ends[stop - 1]), stop


def _masks(width: int, turned: int) -> Iterator[int]:
    """All ways to turn at most so many of the bits."""
    for count in range(turned + 1):
        for bits in combinations(range(width), count):
            yield sum(1 << bit for bit in bits)
