"""Near-duplicates: what two perceptual hashes and the shape say together."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pixcrawler.adapters.imaging import hamming
from pixcrawler.adapters.imaging.hamming import Hashes, Numbers
from pixcrawler.domain.imaging.prints import Album

Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]

NAMES = ("phash", "dhash", "smooth", "shape")
COLUMNS = np.dtype(list(zip(NAMES, (np.uint64, np.uint64, np.bool_, np.float64), strict=True)))
AT_ONCE = 4_096
"""Rows that become columns together."""

SMOOTH = 24
"""Pictures of less detail have a phash that is mostly noise."""

SMOOTH_ASPECT = 0.02
SMOOTH_TOGETHER = 10
PLAIN_DHASH = 6
"""A dhash with fewer ones, or fewer zeros, says nothing: it is that of a flat picture or of any gradient."""

ODD_COLUMNS = 0x5555_5555_5555_5555
"""A mirrored picture's cosine transform has the same values, in the odd columns with the other sign."""

MIRRORED_ROW = np.array([int(f"{row:08b}"[::-1], 2) ^ 0xFF for row in range(256)], np.uint8)
"""Eight "brighter than its left neighbour" read from the other side."""


@dataclass(frozen=True, slots=True)
class Level:
    """In how many bits phash and dhash may differ, each and together, and how far apart shapes may be.

    One of the two must be ``sure``: differ in at most so many bits; by it the other is looked up. Of smooth
    pictures a dhash that differs in at most ``smooth`` bits is enough. ``aspect`` is a difference of the
    logarithms of width by height: 0.1 is about a tenth. ``mirrored``: whether a picture may be the other's
    mirror image.
    """

    phash: int
    dhash: int
    together: int
    sure: int
    smooth: int
    aspect: float
    mirrored: bool = False


LEVELS = {
    "low": Level(phash=2, dhash=2, together=4, sure=2, smooth=1, aspect=0.05),
    "medium": Level(phash=6, dhash=12, together=14, sure=6, smooth=3, aspect=0.1),
    "high": Level(phash=12, dhash=12, together=18, sure=8, smooth=3, aspect=0.13, mirrored=True),
}


class MultiIndexNearDuplicates:
    """Two pictures are near when phash, dhash and shape all say so; of smooth ones much more is asked.

    Smooth pictures (detail below 24) have the same shape within two hundredths, and dhashes that say
    something and differ in at most three bits (one at ``low``), or ten together with phash. Flat ones are
    never near anything, nor is a smooth one's mirror image. Colour is not looked at, nor is transparency.
    """

    def pairs(self, pictures: Album, level: str) -> list[tuple[int, int]]:
        """As the port says; in numpy arrays of some 100 bytes a picture. Raise ValueError: no such level."""
        if level == "none":
            return []
        if level not in LEVELS:
            raise ValueError(f"no level {level!r}: none, {', '.join(LEVELS)}")
        album = _Album.of(pictures, LEVELS[level])
        twins, firsts = album.twins()
        found = [firsts[near] for near in album.only(firsts).near()]
        both = np.unique(np.sort(np.concatenate([np.empty((0, 2), np.int64), *found]), axis=1), axis=0)
        return sorted({*_listed(twins), *_listed(both), *_inherited(_listed(twins), _listed(both))})

    def sought(self, pictures: Album, level: str) -> tuple[list[int], int]:
        """As the port says: by phash alone, so a copy at `high` whose phash is the less sure is not met."""
        if level == "none":
            return [], 0
        rule = LEVELS[level]
        album = _Album.of(pictures, rule)
        asked = album.phash[~album.blank]
        if rule.mirrored:
            asked = np.concatenate((asked, album.phash[~album.smooth] ^ np.uint64(ODD_COLUMNS)))
        return [int(phash) for phash in np.unique(asked)], rule.sure


def mirrored(phash: int) -> int:
    """The phash of the mirror image, but for a bit or two: the median that bits are compared with moves."""
    return phash ^ ODD_COLUMNS


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
    def of(cls, pictures: Album, level: Level) -> "_Album":
        count = len(pictures)
        phash, dhash = np.empty(count, np.uint64), np.empty(count, np.uint64)
        smooth, shape = np.empty(count, np.bool_), np.empty(count, np.float64)
        rows = ((one.phash, one.dhash, one.detail < SMOOTH, one.width / one.height) for one in pictures)
        for start in range(0, count, AT_ONCE):
            part = slice(start, min(start + AT_ONCE, count))
            columns = np.fromiter(rows, COLUMNS, part.stop - start)
            for name, column in zip(NAMES, (phash, dhash, smooth, shape), strict=True):
                column[part] = columns[name]
        ones = np.bitwise_count(dhash)
        blank = smooth & ((ones < PLAIN_DHASH) | (ones > 64 - PLAIN_DHASH))
        return cls(level, phash, dhash, smooth, blank, np.log(shape))

    def only(self, chosen: Numbers) -> "_Album":
        return _Album(
            self.level,
            self.phash[chosen],
            self.dhash[chosen],
            self.smooth[chosen],
            self.blank[chosen],
            self.aspect[chosen],
        )

    def twins(self) -> tuple[Numbers, Numbers]:
        """Of pictures that are equal in all columns, the first with each other; and one picture, the
        first, of each such set. Blank ones are in neither."""
        order = np.lexsort((self.aspect, self.smooth, self.dhash, self.phash))
        order = order[~self.blank[order]]
        new = np.ones(len(order), np.bool_)
        if len(order):
            new[1:] = False
            for column in (self.phash, self.dhash, self.smooth, self.aspect):
                new[1:] |= column[order[:-1]] != column[order[1:]]
        firsts = order[new]
        first = firsts[np.cumsum(new) - 1] if len(order) else order
        return np.stack((first, order), axis=1)[~new], firsts

    def near(self) -> Iterator[Numbers]:
        """Arrays of near pairs; one pair may come several times."""
        yield from self._near(self.phash, self.dhash, smooth=True)
        if self.level.mirrored:
            yield from self._near(
                self.phash ^ np.uint64(ODD_COLUMNS), _mirrored_dhash(self.dhash), smooth=False
            )

    def _near(self, phash: Hashes, dhash: Hashes, *, smooth: bool) -> Iterator[Numbers]:
        """Near to those who have these hashes instead of their own; smooth ones among them, or not."""
        level = self.level
        unsure_phash = level.sure if level.phash > level.sure else level.smooth
        for mine, others, bits in ((self.phash, phash, level.sure), (self.dhash, dhash, unsure_phash)):
            for left, right in hamming.near(mine, others, bits):
                one = np.bitwise_count(self.phash[left] ^ phash[right])
                two = np.bitwise_count(self.dhash[left] ^ dhash[right])
                apart = np.abs(self.aspect[left] - self.aspect[right])
                close = self._agree(one, two) & (apart <= level.aspect)
                unsure = self.smooth[left] | self.smooth[right]
                close &= ~unsure | (one + two <= SMOOTH_TOGETHER)
                close |= unsure & (two <= level.smooth)
                close &= ~unsure | smooth & (apart <= SMOOTH_ASPECT)
                yield np.stack((left[close], right[close]), axis=1)

    def _agree(self, phash: Bits, dhash: Bits) -> Flags:
        level = self.level
        sure = np.minimum(phash, dhash) <= level.sure
        return sure & (phash <= level.phash) & (dhash <= level.dhash) & (phash + dhash <= level.together)


def _mirrored_dhash(dhash: Hashes) -> Hashes:
    """Each of the eight rows, which are bytes, from the other side."""
    return MIRRORED_ROW[dhash.view(np.uint8)].view(np.uint64)


def _listed(pairs: Numbers) -> list[tuple[int, int]]:
    return [(int(i), int(j)) for i, j in pairs]


def _inherited(
    twins: Sequence[tuple[int, int]], near: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """What is near to a picture is near to its twins."""
    others = defaultdict(list)
    for first, other in twins:
        others[first].append(other)
    for one, two in near:
        for near_to, kin in ((one, others.get(two, ())), (two, others.get(one, ()))):
            for twin in kin:
                yield (near_to, twin) if near_to < twin else (twin, near_to)
