"""Flowers before a soft background."""

from typing import NamedTuple

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
    grid,
    lay,
    light,
    rgb,
    smooth,
)

# inner petal, outer petal, heart
BLOSSOMS = (
    ("fff3f6", "f29bb8", "f2c230"),
    ("ffe27a", "f08a1d", "6b3a17"),
    ("d9c8ff", "6f4fc0", "ffe66b"),
    ("ffffff", "f4f4ea", "f5b81f"),
    ("ff8f7a", "c81d3c", "3a0d18"),
    ("bfe2ff", "3f74d1", "fff2a8"),
    ("ffd0ef", "c23a9b", "ffd257"),
)
MEADOWS = (
    ("1f3d1c", "7fae55"),
    ("16302b", "5f9c84"),
    ("3a4a1d", "c9c76a"),
    ("28203f", "8d79b5"),
    ("4a2a24", "d59a6c"),
)


class Blossom(NamedTuple):
    """``at`` is (across, down), in pixels as ``radius``; ``colours`` are inner petal, outer petal, heart."""

    at: tuple[float, float]
    radius: float
    petals: int
    colours: tuple[Colour, Colour, Colour]


def flower(rng: Random, size: tuple[int, int], palette: int) -> Image.Image:
    dark, pale = (rgb(code) for code in MEADOWS[palette % len(MEADOWS)])
    picture = _meadow(rng, size, dark, pale)
    inner, outer, heart = (rgb(code) for code in BLOSSOMS[palette % len(BLOSSOMS)])
    petals = int(rng.integers(5, 15))
    largest = min(size) * float(rng.uniform(0.2, 0.42))
    hearts = rng.uniform((0.15, 0.15), (0.85, 0.7), (int(rng.integers(1, 6)), 2)) * size
    for across, down in hearts:
        _stem(rng, picture, (across, down), dark, pale)
    for number, (across, down) in enumerate(hearts):
        radius = largest * (1.0 if number == 0 else float(rng.uniform(0.35, 0.75)))
        _blossom(rng, picture, Blossom((across, down), radius, petals, (inner, outer, heart)))
    return develop(picture, rng)


def _meadow(rng: Random, size: tuple[int, int], dark: Colour, pale: Colour) -> Plane:
    width, height = size
    down, across = grid(size)
    lean = float(rng.uniform(-0.5, 0.5))
    slant = np.asarray(1 - down / height + lean * across / width, dtype=np.float32)
    tone = clouds(rng, size, (3, 3), octaves=2) * 0.7 + slant * np.float32(0.35)
    picture = fade((dark, pale), tone)
    for _ in range(int(rng.integers(6, 16))):
        radius = int(height * rng.uniform(0.02, 0.09))
        left, top = int(rng.integers(-radius, width)), int(rng.integers(-radius, height))
        spot = disc((2 * radius + 1, 2 * radius + 1), (radius, radius), radius)[
            max(-top, 0) :, max(-left, 0) :
        ]
        patch = picture[max(top, 0) : top + 2 * radius + 1, max(left, 0) : left + 2 * radius + 1]
        light(patch, pale, spot[: patch.shape[0], : patch.shape[1]] * np.float32(rng.uniform(0.08, 0.3)))
    return picture


def _stem(rng: Random, picture: Plane, at: tuple[float, float], dark: Colour, pale: Colour) -> None:
    height, width = picture.shape[:2]
    down, across = grid((width, height))
    reach = np.clip((down - at[1]) / max(height - at[1], 1), 0, 1)
    middle = at[0] + reach**2 * width * float(rng.uniform(-0.15, 0.15))
    cover = np.clip(height * 0.009 + 0.5 - np.abs(across - middle), 0, 1) * (down > at[1])
    green = tuple(a * 0.45 + b * 0.45 for a, b in zip(dark, pale, strict=True))
    lay(picture, np.asarray(green), cover.astype(np.float32))


def _blossom(rng: Random, picture: Plane, blossom: Blossom) -> None:
    """Petals are r(angle) curves, laid in rings from the outside in; only the flower's square is touched."""
    at, radius, petals = blossom.at, blossom.radius, blossom.petals
    left, top = max(int(at[0] - radius) - 2, 0), max(int(at[1] - radius) - 2, 0)
    square = picture[top : int(at[1] + radius) + 2, left : int(at[0] + radius) + 2]
    down, across = grid((square.shape[1], square.shape[0]))
    x, y = across + left - at[0], (down + top - at[1]) * float(rng.uniform(1.0, 1.35))
    far, angle = np.hypot(x, y), np.arctan2(y, x) + float(rng.uniform(0, 6.28))
    inner, outer, heart = blossom.colours
    rings = int(rng.integers(1, 4))
    for ring in range(rings):
        reach = radius * (1 - 0.27 * ring)
        swing = np.abs(np.cos((angle + ring * np.pi / petals) * petals / 2))
        edge = reach * (0.38 + 0.62 * swing ** float(rng.uniform(0.35, 0.7)))
        cover = np.clip(edge - far + 0.5, 0, 1)
        paint = fade((inner, outer), np.clip(far / reach, 0, 1) ** 1.3)
        ribs = 0.9 + 0.1 * np.cos(angle * petals * 5)
        rim = 1 - 0.3 * smooth(0.72, 1.0, (far / np.maximum(edge, 1)).astype(np.float32)) * (1 - swing)
        paint *= (ribs * rim * (0.72 + 0.28 * swing) * (0.88 + 0.12 * (ring + 1) / rings))[..., None]
        lay(square, paint, cover.astype(np.float32))
    seeds = 0.75 + 0.25 * np.cos(far * 1.1) * np.cos(angle * 21)
    paint = np.asarray(heart, dtype=np.float32) * (seeds * (1.1 - 0.5 * far / radius / 0.24))[..., None]
    lay(square, paint.astype(np.float32), np.clip(radius * 0.2 - far + 0.5, 0, 1).astype(np.float32))
