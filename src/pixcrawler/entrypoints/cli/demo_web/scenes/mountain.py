"""Mountain ranges, one behind the other, with mist between them."""

import numpy as np
from PIL import Image, ImageDraw

from pixcrawler.entrypoints.cli.demo_web.canvas import (
    Colour,
    Plane,
    Random,
    blur,
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

# top of the sky, bottom of the sky (also the mist), the nearest range, trees
PALETTES = (
    ("3f79b5", "dbe9f2", "29465b", "14261f"),
    ("7fb2d9", "fdf0dc", "3d5a4c", "18302a"),
    ("2a3c66", "f0b7a4", "3a2f4f", "171326"),
    ("8aa6b8", "eef1ee", "47545c", "1f2a2c"),
    ("0f1f45", "5f7fae", "142542", "070f1f"),
    ("5d8f9e", "f7dfa8", "5b4636", "2a2018"),
)


def mountain(rng: Random, size: tuple[int, int], palette: int) -> Image.Image:
    width, height = size
    top, mist, near, trees = (rgb(code) for code in PALETTES[palette % len(PALETTES)])
    down, _ = grid(size)
    picture = fade((top, mist), np.broadcast_to(np.clip(down / height * 1.5, 0, 1), (height, width)))
    at = (width * float(rng.uniform(0.1, 0.9)), height * float(rng.uniform(0.08, 0.3)))
    light(picture, (1, 0.97, 0.88), glow(size, at, height * 0.25) * 0.8)
    lay(picture, (1, 0.99, 0.93), disc(size, at, height * float(rng.uniform(0.02, 0.06))))
    sky = clouds(rng, size, (3, 6))
    lay(picture, (1, 1, 1), smooth(0.55, 0.95, sky) * np.clip(0.9 - down / height * 1.6, 0, 1))
    _ranges(rng, picture, near, mist)
    finished = develop(picture, rng)
    if rng.random() < 0.75:
        _trees(rng, finished, trees)
    return finished


def _ranges(rng: Random, picture: Plane, near: Colour, mist: Colour) -> None:
    height, width = picture.shape[:2]
    count = int(rng.integers(3, 6))
    snowy = int(rng.integers(0, 2))
    base = height * float(rng.uniform(0.3, 0.45))
    for number in range(count):
        closeness = (number + 1) / count
        rise = height * float(rng.uniform(0.18, 0.42)) * (1.15 - 0.6 * closeness)
        skyline = ridge(rng, width, int(rng.integers(2, 5)), roughness=0.52)
        top = base + (height * 0.95 - base) * closeness**1.4 * 0.75 - (skyline - 0.35) * rise
        _range(rng, picture, top, (near, mist), closeness, snow=number == snowy)


def _range(
    rng: Random, picture: Plane, top: Plane, colours: tuple[Colour, Colour], closeness: float, *, snow: bool
) -> None:
    """One range: pale with distance, darker on the side away from the light, mist at its foot."""
    full, width = picture.shape[:2]
    start = max(int(top.min()), 0)
    picture, height = picture[start:], full - start
    down = grid((width, height))[0] + start
    below = down - top[None, :]
    near, mist = (np.asarray(colour, dtype=np.float32) for colour in colours)
    rock = mist * 0.85 + (near - mist * 0.85) * np.float32(closeness**0.8)
    face = clouds(rng, (width, height), (int(rng.integers(9, 15)), 7), octaves=4)
    slope = np.gradient(blur(top, 5))[None, :] * 0.16
    shade = np.clip(0.92 + slope + (face - 0.5) * 0.9, 0.5, 1.5)
    paint = rock * shade[..., None]
    if snow:
        line = float(np.quantile(top, 0.45)) + (face - 0.45) * full * 0.22
        white = np.clip((line - down) / 6, 0, 1) * np.clip(0.7 + slope * 1.5 + face * 0.3, 0.3, 1)
        lay(paint, (0.97, 0.98, 1.0), white.astype(np.float32))
    lay(paint, colours[1], (np.clip(below / (full * 0.45), 0, 1) ** 1.5 * 0.75).astype(np.float32))
    lay(picture, paint, np.clip(below + 0.5, 0, 1))


def _trees(rng: Random, picture: Image.Image, colour: Colour) -> None:
    """Firs along the lower edge, against the light."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    ground = ridge(rng, width, 2) * height * 0.08
    fill = tuple(int(channel * 255) for channel in colour)
    for column in rng.integers(0, width, int(rng.integers(25, 90))):
        foot = height - ground[column] + 4
        tall = height * float(rng.uniform(0.05, 0.19))
        for tier in range(5):
            tip = foot - tall * (1 - tier * 0.18)
            half = tall * (0.05 + tier * 0.035)
            skirt = tip + tall * 0.3
            pen.polygon([(column, tip), (column - half, skirt), (column + half, skirt)], fill=fill)
    pen.polygon(
        [(0, height), *((x, height - ground[x]) for x in range(0, width, 4)), (width, height)], fill=fill
    )
