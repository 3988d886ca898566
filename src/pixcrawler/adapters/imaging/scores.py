"""The numbers of the strict look, measured on a small copy of the picture. Runs in the child.

The copy has 256 to 511 pixels on its shorter side (fewer where the picture has fewer), so that a number means
the same for a stamp and for a poster. ``docs/explanation/looking.md`` gives each formula and its origin.
"""

import math

import msgspec
import numpy as np
import numpy.typing as npt
from PIL import Image

from pixcrawler.adapters.imaging.depth import DEEP, in_eight_bits
from pixcrawler.adapters.imaging.overlay import watermark
from pixcrawler.adapters.imaging.standing_in import placeholder
from pixcrawler.domain.imaging.quality import Scores

Levels = npt.NDArray[np.int16]

SMALL = 256
MOST_PIXELS = 1 << 19
GREY = 128
LARGEST = 2_000_000
"""Pixels of a placeholder at most: what only fills a gap is small."""
HSP = np.array([0.241, 0.691, 0.068], np.float32)  # perceived brightness in the HSP colour model
DARKEST, DARKER, BRIGHTEST = 0.3, 5, 98

TILE = 16
REACHES = (1, 3, 5, 8)
DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""A picture that was moved along one of them is blurred along that one alone."""

LEAST_SIDE = 128
FAINT = 10.0
TELLING = 0.5
ENOUGH_TILES = 0.03
SHARPEST = 97

THUMB = 64
STIRRED = 4
LITTLE = 0.05


def measurable(picture: Image.Image) -> Image.Image:
    """The small copy that is measured, of half a megapixel at most: RGB, or RGBA if it may be transparent."""
    width, height = picture.size
    factor = max(min(width, height) // SMALL, math.ceil(math.sqrt(width * height / MOST_PIXELS)))
    if picture.mode in DEEP:
        picture = in_eight_bits(picture)
    if picture.has_transparency_data:
        whole = picture if picture.mode == "RGBA" else picture.convert("RGBA")  # a copy may be 200 MB
        if factor == 1:
            return whole
        return whole.convert("RGBa").reduce(factor).convert("RGBA")  # what is hidden must not shine through
    plain = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    return (plain.reduce(factor) if factor > 1 else plain).convert("RGB")


def scores(picture: Image.Image, size: tuple[int, int]) -> Scores:
    """Of a small RGB or RGBA copy of a picture of this size; what is transparent counts as mid-grey."""
    page = _on_grey(picture)
    colours = np.asarray(page)
    grey = np.asarray(page.convert("L"))
    some = colours[::2, ::2].astype(np.float32)
    marks = (DARKEST, DARKER, BRIGHTEST)
    darkest, darker, brightest = np.percentile(np.sqrt((some * some) @ HSP) / 255, marks)
    found = {
        "blur": _blur(grey.astype(np.int16)),
        "dark": 1 - float(brightest),
        "bright": float(darkest + darker) / 2,
        "low_information": _low_information(page),
        "odd_aspect": 1 - min(size) / max(size),
        "placeholder": 0.0 if page is not picture or size[0] * size[1] > LARGEST else placeholder(colours),
        "watermark": watermark(grey.astype(np.float32)),
    }
    within = {name: round(min(1.0, max(0.0, value)), 4) for name, value in found.items()}
    return msgspec.convert(within, Scores)


def _on_grey(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    alpha = picture.getchannel("A")
    if alpha.getextrema()[0] == 255:
        return picture.convert("RGB")
    page = Image.new("RGB", picture.size, (GREY,) * 3)
    page.paste(picture, mask=alpha)
    return page


def _low_information(page: Image.Image) -> float:
    """1 where nothing stirs: of a copy of 64 to 127 pixels, the share of neighbours that differ by more than
    four levels, against a twentieth."""
    factor = min(page.size) // THUMB
    small = page.reduce(factor) if factor > 1 else page
    grey = np.asarray(small.convert("L"), np.int16)
    if min(grey.shape) < 2:
        return 1.0
    across, down = np.abs(np.diff(grey, axis=1))[:-1], np.abs(np.diff(grey, axis=0))[:, :-1]
    return 1 - float((np.maximum(across, down) > STIRRED).mean()) / LITTLE


def _blur(grey: Levels) -> float:
    """1 less the steepest rise from pixel to pixel as a share of the whole edge; 0.75 is an edge four pixels
    wide. Of the sharpest edges, along the worst of four directions. 0 where there is no edge to tell by, and
    for pictures too small to tell."""
    if min(grey.shape) < LEAST_SIDE:
        return 0.0
    rises = [_rises(grey, direction) for direction in DIRECTIONS]
    strongest = max(float(np.percentile(whole, 95)) for _, whole in rises)
    steepest = [_steepest(near, whole, strongest) for near, whole in rises]
    told = [share for share in steepest if share is not None]
    return 1 - min(told) if told else 0.0


def _steepest(near: Levels, whole: Levels, strongest: float) -> float | None:
    """What rises everywhere is noise, and taken off first. None for a direction without edges."""
    noise = min(float(np.percentile(near, 25)), strongest / 4)
    edges = whole >= max(FAINT, TELLING * strongest) + noise
    if float(edges.mean()) < ENOUGH_TILES:
        return None
    shares = np.maximum(near[edges] - noise, 0) / (whole[edges] - noise)
    return float(np.percentile(shares, SHARPEST))


def _rises(grey: Levels, direction: tuple[int, int]) -> tuple[Levels, Levels]:
    """Per tile of 16 pixels: the largest difference between neighbours in this direction, and between points
    up to eight pixels apart."""
    near, *others = (_largest(_apart(grey, direction, reach)) for reach in REACHES)
    whole = near
    for other in others:
        whole = np.maximum(whole, other)
    return near, whole


def _apart(grey: Levels, direction: tuple[int, int], reach: int) -> Levels:
    """Differences of points so far apart, each where its first point lies; 0 where there is no second."""
    down, right = direction[0] * reach, direction[1] * reach
    h, w = grey.shape
    left, first = max(0, -right), max(0, right)
    found = np.zeros_like(grey)
    second, one = grey[down:, first : w - left], grey[: h - down, left : w - first]
    np.subtract(second, one, out=found[: h - down, left : w - first])
    return np.abs(found, out=found)


def _largest(plane: Levels) -> Levels:
    """Of each tile; what is left over at the edges belongs to none."""
    high, wide = (side // TILE for side in plane.shape)
    rows = plane[: high * TILE].reshape(high, TILE, -1).max(axis=1)
    return np.asarray(rows[:, : wide * TILE].reshape(high, wide, TILE).max(axis=2))
