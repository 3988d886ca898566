"""Evenings by the water."""

import numpy as np
from PIL import Image

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
    ridge,
    smooth,
)

# top of the sky, middle, near the horizon, the sun, what stands against the light
PALETTES = (
    ("2b2d6e", "c8567a", "ffb05c", "fff1c4", "1a1430"),
    ("15335c", "7a6f9b", "ff8f6b", "ffe3b3", "101a2c"),
    ("3f1f55", "d8434e", "ffc15e", "fff6d0", "210d24"),
    ("245a72", "e8a16f", "ffdf9e", "fffbe6", "13262c"),
    ("1c1640", "8a2f7b", "ff6a5a", "ffd9a0", "0c0820"),
    ("5b7fb0", "f2b6a0", "ffe2b0", "ffffff", "2c3347"),
)


def sunset(rng: Random, size: tuple[int, int], palette: int) -> Image.Image:
    width, height = size
    top, middle, low, sun, dark = (rgb(code) for code in PALETTES[palette % len(PALETTES)])
    horizon = height * float(rng.uniform(0.45, 0.78))
    at = (width * float(rng.uniform(0.12, 0.88)), horizon - height * float(rng.uniform(-0.02, 0.3)))
    picture = _sky(rng, size, (top, middle, low), horizon)
    _clouds(rng, picture, at, (top, low, sun), horizon)
    radius = height * float(rng.uniform(0.035, 0.09))
    light(picture, low, glow(size, at, height * 0.3) * 0.9)
    light(picture, sun, glow(size, at, radius * 1.6) * 0.9)
    lay(picture, sun, disc(size, at, radius))
    _hills(rng, picture, horizon, dark, low)
    _water(rng, picture, at, horizon, (sun, dark))
    return develop(picture, rng)


def _sky(rng: Random, size: tuple[int, int], stops: tuple[Colour, ...], horizon: float) -> Plane:
    down, across = grid(size)
    tilt = (across / size[0] - 0.5) * float(rng.uniform(-0.12, 0.12))
    return fade(stops, np.clip(down / horizon + tilt, 0, 1).astype(np.float32))


def _clouds(
    rng: Random, picture: Plane, sun_at: tuple[float, float], colours: tuple[Colour, ...], horizon: float
) -> None:
    """Streaks: lit from the side of the sun, in the colour of the upper sky away from it."""
    height, width = picture.shape[:2]
    streaks = clouds(rng, (width, height), (int(rng.integers(2, 5)), int(rng.integers(6, 14))))
    cover = smooth(float(rng.uniform(0.45, 0.62)), 0.85, streaks)
    near = glow((width, height), sun_at, width * 0.45)
    shade, lit, sun = colours
    bright = (lit[0] * 0.7 + sun[0] * 0.3, lit[1] * 0.7 + sun[1] * 0.3, lit[2] * 0.7 + sun[2] * 0.3)
    paint = fade(((shade[0] * 0.8, shade[1] * 0.8, shade[2] * 0.8), bright), near * 1.8 + 0.1)
    down, _ = grid((width, height))
    lay(picture, paint, cover * np.clip(1.25 - down / horizon, 0, 1) * 0.85)


def _hills(rng: Random, picture: Plane, horizon: float, dark: Colour, haze: Colour) -> None:
    height, width = picture.shape[:2]
    down, across = grid((width, height))
    for distance in range(int(rng.integers(1, 4)), 0, -1):
        rise = ridge(rng, width, int(rng.integers(1, 4))) * height * float(rng.uniform(0.05, 0.2))
        lean = across[0] / width if rng.random() < 0.5 else 1 - across[0] / width
        top = horizon - rise * np.clip(lean * 1.7 - 0.45, 0, 1)
        paint = fade((dark, haze), np.float32(min(0.24 * distance - 0.12, 1)) * np.ones(1, dtype=np.float32))[
            0
        ]
        lay(picture, paint, np.clip(down - top[None, :], 0, 1) * (down < horizon))


def _water(
    rng: Random, picture: Plane, sun_at: tuple[float, float], horizon: float, colours: tuple[Colour, Colour]
) -> None:
    """The upper part mirrored with ripples, and the path of the sun on it."""
    sun, dark = colours
    height, width = picture.shape[:2]
    start = int(horizon)
    depth = np.arange(height - start, dtype=np.float32)[:, None]
    ripple = clouds(rng, (width, height - start), (3, 40), octaves=3) - 0.5
    rows = np.clip(start - 1 - depth * 0.85 - ripple * (10 + depth * 0.25), 0, start - 1).astype(np.int32)
    water = picture[rows, np.arange(width)[None, :]] * np.asarray(0.86 - 0.3 * depth / height)[..., None]
    lay(water, dark, np.full(water.shape[:2], 0.14, dtype=np.float32))
    path = np.exp(-(((np.arange(width) - sun_at[0])[None, :] / (18 + depth * 0.55)) ** 2))
    light(water, sun, (path * smooth(0.02, 0.2, ripple.astype(np.float32)) * 0.95).astype(np.float32))
    picture[start:] = water
