"""Cities at night, with lit windows, mirrored in a river."""

import numpy as np
from PIL import Image, ImageFilter

from pixcrawler.entrypoints.cli.demo_web.canvas import (
    Colour,
    Plane,
    Random,
    clouds,
    develop,
    disc,
    fade,
    glow,
    grid,
    lay,
    light,
    rgb,
)

# top of the sky, above the roofs, walls, windows
PALETTES = (
    ("050a1e", "27407a", "0b1224", "ffd27a"),
    ("0c0620", "7a2f6e", "130a24", "ff9fd0"),
    ("04141c", "1f6a78", "06161d", "bff3ff"),
    ("120b10", "b0552f", "1a0f12", "ffc98a"),
)


def city(rng: Random, size: tuple[int, int], palette: int) -> Image.Image:
    width, height = size
    top, low, wall, window = (rgb(code) for code in PALETTES[palette % len(PALETTES)])
    shore = int(height * rng.uniform(0.68, 0.88))
    down, _ = grid(size)
    picture = fade((top, low), np.broadcast_to(np.clip(down / shore, 0, 1) ** 1.5, (height, width)))
    picture[rng.integers(0, shore // 2, 120), rng.integers(0, width, 120)] += 0.5
    light(picture, low, np.clip(clouds(rng, size, (3, 4)) - 0.4, 0, 1))
    at = (width * float(rng.uniform(0.1, 0.9)), height * float(rng.uniform(0.08, 0.25)))
    light(picture, window, glow(size, at, height * 0.08) * 0.6)
    lay(picture, (0.98, 0.97, 0.9), disc(size, at, height * float(rng.uniform(0.025, 0.06))))
    for nearness in (0.35, 0.65, 1.0):
        _row(rng, picture, shore, nearness, (wall, low, window))
    _river(rng, picture, shore)
    return develop(picture, rng)


def _row(rng: Random, picture: Plane, shore: int, nearness: float, colours: tuple[Colour, ...]) -> None:
    """One row of houses, paler and with dimmer windows the farther it stands."""
    width = picture.shape[1]
    wall, haze, window = (np.asarray(colour, dtype=np.float32) for colour in colours)
    left = -int(rng.integers(0, 40))
    while left < width:
        across = int(rng.uniform(0.05, 0.13) * width)
        tall = int(shore * rng.uniform(0.12, 0.85) * (1.15 - 0.55 * nearness) * rng.uniform(0.6, 1))
        house = picture[shore - tall : shore, max(left, 0) : left + across]
        if house.size:
            house[:] = wall * nearness + (haze * 0.7 + wall * 0.3) * (1 - nearness)
            _windows(rng, house, window * nearness, int(rng.integers(5, 9)))
        left += across + int(rng.integers(-6, 14))


def _windows(rng: Random, house: Plane, colour: Plane, step: int) -> None:
    rows, columns = house.shape[0] // step, house.shape[1] // step
    if not rows or not columns:
        return
    lit = (rng.random((rows, columns)) < rng.uniform(0.15, 0.6)) * rng.uniform(0.35, 1.0, (rows, columns))
    pane = np.zeros((step, step))
    pane[1 : step - 2, 1 : step - 1] = 1
    panes = np.kron(lit, pane).astype(np.float32)
    house[: panes.shape[0], : panes.shape[1]] += panes[..., None] * colour


def _river(rng: Random, picture: Plane, shore: int) -> None:
    """What stands above the shore, mirrored, darker and drawn out downwards."""
    height, width = picture.shape[:2]
    depth = np.arange(height - shore, dtype=np.float32)[:, None]
    waves = clouds(rng, (width, height - shore), (6, 30), octaves=2) - 0.5
    rows = np.clip(shore - 1 - depth * 1.6 - waves * (4 + depth * 0.4), 0, shore - 1).astype(np.int32)
    mirrored = picture[rows, np.arange(width)[None, :]] * np.asarray(0.75 - 0.25 * depth / height)[..., None]
    soft = Image.fromarray((np.clip(mirrored, 0, 1) * 255).astype(np.uint8)).filter(
        ImageFilter.BoxBlur((1, 4))
    )
    picture[shore:] = np.asarray(soft, dtype=np.float32) / 255
