"""Brushes for painting with numpy. Planes are float32, rows first; colours are RGB from 0 to 1."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = tuple[float, float, float]
Random: TypeAlias = np.random.Generator


def rgb(code: str) -> Colour:
    """``"ff8800"`` as a colour."""
    return (int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255)


def grid(size: tuple[int, int]) -> tuple[Plane, Plane]:
    """Row and column numbers of a picture of (width, height), as a column and a row that broadcast."""
    width, height = size
    down = np.arange(height, dtype=np.float32)[:, None]
    return down, np.arange(width, dtype=np.float32)[None, :]


def smooth(low: float, high: float, plane: Plane) -> Plane:
    """0 below ``low``, 1 above ``high``, an S-curve between."""
    t = np.clip((plane - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def clouds(rng: Random, size: tuple[int, int], cells: tuple[int, int], octaves: int = 4) -> Plane:
    """Fractal value noise in 0 to 1; ``cells`` are the bumps of the coarsest octave, across and down."""
    width, height = size
    small = (max(width // 2, 1), max(height // 2, 1))
    total = np.zeros((small[1], small[0]), dtype=np.float32)
    for octave in range(octaves):
        shape = (cells[1] * 2**octave + 2, cells[0] * 2**octave + 2)
        bumps = Image.fromarray(rng.random(shape, dtype=np.float32))
        total += np.asarray(bumps.resize(small, Image.Resampling.BICUBIC)) * 0.5**octave
    total -= total.min()
    total /= max(float(total.max()), 1e-6)
    return np.asarray(Image.fromarray(total).resize(size, Image.Resampling.BILINEAR))


def ridge(rng: Random, width: int, bumps: int, octaves: int = 6, roughness: float = 0.5) -> Plane:
    """A skyline over ``width`` columns, in 0 to 1."""
    columns = np.linspace(0, 1, width, dtype=np.float32)
    total = np.zeros(width, dtype=np.float32)
    for octave in range(octaves):
        knots = rng.random(bumps * 2**octave + 1)
        total += (
            np.interp(columns, np.linspace(0, 1, len(knots)), knots).astype(np.float32) * roughness**octave
        )
    total -= total.min()
    return np.asarray(total / max(float(total.max()), 1e-6), dtype=np.float32)


def blur(line: Plane, reach: int) -> Plane:
    """A skyline without its small bumps: the mean over ``2 * reach + 1`` columns."""
    padded = np.pad(line, reach, mode="reflect")
    return np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid").astype(np.float32)


def fade(stops: Sequence[Colour], along: Plane) -> Plane:
    """Colours from the first stop (0) to the last (1), evenly spaced; a table makes it fast."""
    at, fine = np.linspace(0, 1, len(stops)), np.linspace(0, 1, 1024)
    table = np.stack(
        [np.interp(fine, at, [stop[channel] for stop in stops]) for channel in range(3)], axis=-1
    )
    return np.take(table.astype(np.float32), (np.clip(along, 0, 1) * 1023).astype(np.int32), axis=0)


def lay(picture: Plane, paint: Plane | Colour, cover: Plane) -> None:
    """Paint over the picture in place, as opaque as ``cover`` (0 to 1) says."""
    change = np.asarray(paint, dtype=np.float32) - picture
    change *= cover[..., None]
    picture += change


def light(picture: Plane, colour: Colour, strength: Plane) -> None:
    """Add light in place, the way a screen blend does: bright parts do not burn out."""
    change = 1 - picture
    change *= np.asarray(colour, dtype=np.float32)
    change *= strength[..., None]
    picture += change


def disc(size: tuple[int, int], centre: tuple[float, float], radius: float) -> Plane:
    """How much of each pixel a disc covers."""
    down, across = grid(size)
    cover: Plane = np.clip(radius + 0.5 - np.hypot(across - centre[0], down - centre[1]), 0, 1)
    return cover.astype(np.float32)


def glow(size: tuple[int, int], centre: tuple[float, float], reach: float) -> Plane:
    """Light that falls off from a centre; about a third is left at ``reach`` pixels."""
    down, across = grid(size)
    strength: Plane = np.exp(-np.hypot(across - centre[0], down - centre[1]) / reach)
    return strength.astype(np.float32)


def develop(picture: Plane, rng: Random) -> Image.Image:
    """The finished picture: a little vignette and film grain, then eight bits."""
    height, width = picture.shape[:2]
    down, across = grid((width, height))
    edge = ((across / width - 0.5) ** 2 + (down / height - 0.5) ** 2).astype(np.float32)
    grain = (rng.random((height, width), dtype=np.float32) - 0.5) * 0.03
    finished = picture * (1.04 - 0.42 * edge)[..., None] + grain[..., None]
    return Image.fromarray((np.clip(finished, 0, 1) * 255).astype(np.uint8))
