"""The colours of a picture, from a small copy of it. Runs in the child, and only for jobs that ask.

Colours are named by hue, saturation and value: near-black, near-white and grey first, then eight hues;
brown is dark orange, pink is pale red or light magenta, as people use the words.
"""

import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image

from pixcrawler.adapters.imaging.opening import verdict
from pixcrawler.adapters.imaging.thumbnail import small_in_srgb
from pixcrawler.domain.imaging.appearance import Appearance

SIDE = 64
MUCH = 0.2
"""Of the visible pixels, that a colour needs to count."""
SEEN_THROUGH = 128
"""Alpha below which a pixel is not visible."""
TRANSPARENT = 0.01
"""Of all pixels, that must not be visible."""
TINTED = 32
"""Difference of the channels from which on a pixel has a colour."""
COLOURED = 0.02
"""Of the visible pixels, that must have a colour in a picture that is not monochrome."""

HUES = (
    (15, "red"), (40, "orange"), (68, "yellow"), (160, "green"), (195, "teal"), (255, "blue"),
    (290, "purple"), (345, "pink"), (361, "red"),
)  # fmt: skip
"""Upper ends in degrees."""

Bytes = npt.NDArray[np.uint8]


def appearance(data: bytes) -> Appearance:
    """Raise Refused, and nothing else, for what cannot be decoded."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return _appearance(small_in_srgb(data, SIDE))
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything
        raise verdict(error) from None


def _appearance(small: Image.Image) -> Appearance:
    pixels = np.asarray(small.convert("RGBA")).reshape(-1, 4)
    visible = pixels[:, 3] >= SEEN_THROUGH
    transparent = bool(np.mean(~visible) >= TRANSPARENT)
    rgb = np.ascontiguousarray(pixels[visible][:, :3])
    if not len(rgb):
        return Appearance(frozenset({"monochrome"}), transparent)
    tinted = np.ptp(rgb.astype(np.int16), axis=1) > TINTED
    whole = "color" if np.mean(tinted) >= COLOURED else "monochrome"
    names, counts = np.unique(_names(rgb), return_counts=True)
    much = {str(name) for name, count in zip(names, counts, strict=True) if count >= MUCH * len(rgb)}
    return Appearance(frozenset({whole, *much}), transparent)


def _names(rgb: Bytes) -> npt.NDArray[np.str_]:
    """The colour of each pixel."""
    line = Image.frombytes("RGB", (len(rgb), 1), rgb.tobytes())
    hue, saturation, value = np.asarray(line.convert("HSV")).reshape(-1, 3).astype(np.int32).T
    degrees = hue * 360 // 255
    names = np.array([name for _, name in HUES])[np.searchsorted([end for end, _ in HUES], degrees, "right")]
    reddish = (degrees < 15) | (degrees >= 330)
    names[reddish & (saturation < 130) & (value > 180)] = "pink"
    names[(degrees >= 8) & (degrees < 48) & (value < 165)] = "brown"
    names[saturation < 40] = "gray"
    names[(saturation < 40) & (value > 220)] = "white"
    names[value < 45] = "black"
    return names
