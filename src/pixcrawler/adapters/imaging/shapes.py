"""Shapes that are compared regardless of their size: stretched to 16 by 48 pixels, contrast taken out."""

import numpy as np
import numpy.typing as npt
from PIL import Image

Plane = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

HIGH, WIDE = 14, 40
KIND = np.dtype([("name", "S32"), ("aspect", "f4"), ("shape", "i1", (HIGH * WIDE,))])
"""How known shapes are kept: UTF-8 name, width by height, and the stretched shape, longest first."""


def unit(plane: Plane) -> Floats:
    """Stretched, as a vector of mean 0 and length 1; of length 0 when nothing stands out."""
    small = Image.fromarray(plane).resize((WIDE, HIGH), Image.Resampling.BILINEAR)
    flat = np.asarray(small, np.float32).reshape(-1)
    flat = flat - flat.mean()
    length = float(np.sqrt(flat @ flat))
    return np.asarray(flat / length if length else flat, np.float32)


def trimmed(plane: Plane, share: float) -> Plane:
    """Without the margins that stay under this share of its highest level; empty if all is 0."""
    drawn = plane > share * int(plane.max(initial=0))
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if not len(rows):
        return plane[:0, :0]
    return plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
