"""Words and signs that can be told by their shape alone, without reading letter by letter.

Each is known by how it looks in several fonts (``marks.npy``, drawn by ``scripts/marks.py``), and compared by
the normalised correlation of whole words (word spotting: Manmatha, Han and Riseman 1996). No letter need
stand apart from the next, so it holds for letters of nine pixels, too.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from pixcrawler.adapters.imaging.phrases import ROLES
from pixcrawler.adapters.imaging.shapes import HIGH, WIDE, Floats, Plane, unit

STRETCHED = 0.35
"""Difference of the logarithms of two shapes' width by height, from which on they are not the same."""


class Marks:
    """Some of the known ones."""

    def __init__(self, names: list[str], aspects: Floats, shapes: Floats) -> None:
        self.names, self.aspects, self.shapes = names, aspects, shapes

    def named(self, found: Sequence[Plane]) -> list[tuple[str, float]]:
        """For each the name that it resembles most, and how much: at most 1."""
        if not found:
            return []
        alike = _units(found) @ self.shapes.T
        alike *= self._fits(found)
        best = alike.argmax(axis=1)
        return [(self.names[which], float(row[which])) for which, row in zip(best, alike, strict=True)]

    def likeness(self, found: Sequence[Plane]) -> float:
        """How much the best of these resembles one, as a whole and in its middle: any frame has the edges."""
        if not found:
            return 0.0
        units = _units(found)
        alike = np.minimum(units @ self.shapes.T, _middle(units) @ _middle(self.shapes).T)
        return float((alike * self._fits(found)).max())

    def _fits(self, found: Sequence[Plane]) -> npt.NDArray[np.bool_]:
        aspects = np.array([plane.shape[1] / plane.shape[0] for plane in found], np.float32)
        return np.asarray(np.abs(np.log(aspects[:, None] / self.aspects)) <= STRETCHED)


def _units(found: Sequence[Plane]) -> Floats:
    return np.stack([unit(plane) for plane in found])


def _middle(units: Floats) -> Floats:
    """Their inner parts, as units."""
    inner = units.reshape(-1, HIGH, WIDE)[:, 3:-3, 6:-6].reshape(len(units), (HIGH - 6) * (WIDE - 12))
    inner = inner - inner.mean(axis=1)[:, None]
    return np.asarray(inner / np.maximum(1e-6, np.sqrt((inner * inner).sum(axis=1)))[:, None], np.float32)


KEPT = np.load(__file__.removesuffix("py") + "npy")
"""Loaded with the module: a child opens no file."""


@cache
def words() -> Marks:
    return _those(lambda name: name in ROLES)


@cache
def digits() -> Marks:
    """And the two signs for "by"."""
    return _those(lambda name: len(name) == 1)


@cache
def signs() -> Marks:
    """Hills in a frame, cameras, faceless heads, crossed boxes, torn pages."""
    return _those(lambda name: name.startswith("*"))


def _those(wanted: Callable[[str], bool]) -> Marks:
    names = [name.decode() for name in KEPT["name"]]
    which = [number for number, name in enumerate(names) if wanted(name)]
    shapes = KEPT["shape"][which].astype(np.float32)
    shapes /= np.sqrt((shapes * shapes).sum(axis=1))[:, None]
    return Marks([names[number] for number in which], KEPT["aspect"][which], shapes)
