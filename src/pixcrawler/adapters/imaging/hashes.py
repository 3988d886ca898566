"""The perceptual hashes of the imagehash library, bit for bit, without scipy.

imagehash needs scipy only for a 32-point cosine transform, and loading scipy takes longer than everything
else that a child loads. Here the picture is folded on itself, both ways, before the transform multiplies, so
that coefficients which are zero by symmetry come out as exactly zero, as they do in scipy; the bits of flat
and of mirrored pictures hang on that. Tests hold the hashes equal to imagehash's.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]

SIDE = 32
LOW = 8
STEADY = 16
ORTHONORMAL = 64  # what the transform's values are larger by than those of the orthonormal one


def _folding() -> Floats:
    """32 points to 29: differences of mirrored points, of the sums' mirrored points, and so on; the sum."""
    points, parts = np.eye(SIDE), []
    for half in (16, 8, 4):
        first, mirrored = points[:half], points[: half - 1 : -1]
        parts.append(first - mirrored)
        points = first + mirrored
    return np.concatenate([*parts, points.sum(axis=0, keepdims=True)])


def _basis() -> Floats:
    """The first 8 rows of the type II cosine transform of 32 points, in terms of folded ones."""
    row = np.arange(LOW)[:, None]
    point = np.arange(SIDE)[None, :]
    cosines = 2 * np.cos(np.pi * row * (2 * point + 1) / (2 * SIDE))
    basis = np.zeros((LOW, 29))
    basis[1::2, :16] = cosines[1::2, :16]
    basis[2::4, 16:24] = cosines[2::4, :8]
    basis[4, 24:28] = cosines[4, :4]
    basis[0, 28] = 2
    return basis


FOLDING = _folding()
BASIS = _basis()


def low_frequencies(pixels: npt.NDArray[np.uint8]) -> Floats:
    """The 8 x 8 lowest coefficients of the two-dimensional transform of 32 x 32 grey pixels."""
    folded = FOLDING @ pixels.astype(np.float64) @ FOLDING.T  # whole numbers: exact
    return BASIS @ folded @ BASIS.T


def phash_and_detail(grey: Image.Image) -> tuple[int, int]:
    """imagehash's phash as an unsigned integer, and how firmly its bits stand.

    Each bit says whether a coefficient is above the median; one that lies close to the median tips with
    the least noise. Detail is how far the sixteenth closest of the 64 is away from it, in eighths of a
    grey level (of the orthonormal transform), at most 255. Photographs have 100 and more. Flat pictures
    and most symmetric ones have 0, smooth gradients and simple signs less than 24: under these, two
    copies of one picture differ in 10 bits and more.
    """
    pixels = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    low = low_frequencies(pixels).reshape(-1)
    ordered = np.sort(low)
    median = (ordered[31] + ordered[32]) / 2
    bits = np.packbits(low > median)
    away = np.partition(np.abs(low - median), STEADY)[STEADY]
    detail = min(255, int(away / ORTHONORMAL * 8))
    return int.from_bytes(bits.tobytes(), "big"), detail


def dhash(grey: Image.Image) -> int:
    """imagehash's dhash as an unsigned integer."""
    pixels = np.asarray(grey.resize((LOW + 1, LOW), Image.Resampling.LANCZOS))
    bits = np.packbits(pixels[:, 1:] > pixels[:, :-1])
    return int.from_bytes(bits.tobytes(), "big")
