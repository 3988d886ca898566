"""Grey pictures of more than 8 bits a sample, or of floats, in 8. Runs in the child.

Pillow alone cuts off what is above 255. Which value is white, no file says for sure: 16 bits may hold 12 or
8, and floats go to 1, to 255 or anywhere.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

DEEP = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
"""Pillow's modes of such pictures."""

INTEGERS = (255.0, 4_095.0, 65_535.0, 2.0**31 - 1, 2.0**32 - 1)
FLOATS = (1.0, 255.0, 65_535.0)
"""What usually is white."""

FEW = 16
"""Levels of 256 in which there is something to see."""

BAND = 1 << 20
"""Pixels that are scaled at a time, so that there is no second deep copy of a large picture."""

PHOTOMETRIC, WHITE_IS_ZERO = 262, 0
SAMPLE_FORMAT, UNSIGNED = 339, 1
"""Tags of TIFF 6.0, each with a value."""

Samples = npt.NDArray[np.float64]


def in_eight_bits(image: Image.Image, *, stretched: bool = False) -> Image.Image:
    """In mode L, as the same picture with 8 bits would be: black is 0, white the least usual one that no
    value exceeds. Where a value is negative or above them all, or all lie within a few levels, the darkest
    value is black and the lightest white; ``stretched``, for hashes, wherever the picture is not flat.

    What is no number is black. ``image`` has one of the modes of DEEP.
    """
    black, white = _ends(*_extremes(image), floats=image.mode == "F", stretched=stretched)
    steps = 255 / (white - black) if white > black else 0.0
    inverted = _tag(image, PHOTOMETRIC) == WHITE_IS_ZERO
    shown = Image.new("L", image.size)
    for top, band in _bands(image):
        np.nan_to_num(band, copy=False, nan=black, posinf=white, neginf=black)
        levels = np.clip((band - black) * steps + 0.5, 0, 255).astype(np.uint8)
        shown.paste(Image.fromarray(255 - levels if inverted else levels), (0, top))
    return shown


def _ends(low: float, high: float, *, floats: bool, stretched: bool) -> tuple[float, float]:
    """The values that become black and white."""
    usual = FLOATS if floats else INTEGERS
    white = next((white for white in usual if 0 <= low <= high <= white), None)
    if white is None:
        return low, high
    flat = (high - low) * 255 < (FLOATS[0] if floats else white)
    few = stretched or (high - low) * 255 < FEW * white
    return (low, high) if few and not flat else (0.0, white)


def _extremes(image: Image.Image) -> tuple[float, float]:
    """Of the values that are numbers; zeros where none is."""
    found = [(float(these.min()), float(these.max())) for these in _numbers(image)]
    return min((low for low, _ in found), default=0.0), max((high for _, high in found), default=0.0)


def _numbers(image: Image.Image) -> Iterator[Samples]:
    for _, band in _bands(image):
        finite = band[np.isfinite(band)]
        if finite.size:
            yield finite


def _bands(image: Image.Image) -> Iterator[tuple[int, Samples]]:
    """Rows of the picture, each band with the number of its first one."""
    width, height = image.size
    rows = max(1, BAND // width)
    unsigned = image.mode == "I" and _tag(image, SAMPLE_FORMAT) == UNSIGNED
    for top in range(0, height, rows):
        band = np.asarray(image.crop((0, top, width, min(height, top + rows))))
        yield top, (band.view(np.uint32) if unsigned else band).astype(np.float64)


def _tag(image: Image.Image, number: int) -> object:
    """Of a TIFF file: a tag that holds one number, or one for each sample."""
    told: object = getattr(image, "tag_v2", {}).get(number)
    return told[0] if isinstance(told, tuple) and told else told
