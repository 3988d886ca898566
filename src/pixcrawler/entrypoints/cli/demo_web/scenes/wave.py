"""Waves coming in, crest behind crest."""

import numpy as np
from PIL import Image

from pixcrawler.entrypoints.cli.demo_web.canvas import (
    Colour,
    Plane,
    Random,
    blur,
    clouds,
    develop,
    fade,
    grid,
    lay,
    light,
    rgb,
    ridge,
    smooth,
)

# sky above, sky at the horizon, deep water, thin water
PALETTES = (
    ("6fb7e0", "f2f6ee", "0b3f66", "4fc4c0"),
    ("93a8b5", "e6e8e4", "1d3a45", "7fb3a8"),
    ("2f5f9e", "bfe3ee", "07254f", "2fa0c9"),
    ("f0c9a0", "fff0d6", "2a5560", "8fd0b5"),
    ("3a4f63", "c9b8a8", "12222e", "4f8a8f"),
)


def wave(rng: Random, size: tuple[int, int], palette: int) -> Image.Image:
    width, height = size
    top, low, deep, thin = (rgb(code) for code in PALETTES[palette % len(PALETTES)])
    horizon = height * float(rng.uniform(0.12, 0.42))
    down, _ = grid(size)
    picture = fade((top, low), np.broadcast_to(np.clip(down / horizon, 0, 1), (height, width)))
    light(picture, (1, 1, 1), smooth(0.5, 0.9, clouds(rng, size, (4, 7))) * 0.7)
    lay(picture, deep, np.clip(down - horizon + 0.5, 0, 1) * np.ones((1, width), dtype=np.float32))
    count = int(rng.integers(4, 9))
    for number in range(count):
        nearness = (number + 1) / count
        _breaker(rng, picture, horizon + (height - horizon) * nearness**1.7 * 0.86, nearness, (deep, thin))
    return develop(picture, rng)


def _breaker(
    rng: Random, picture: Plane, level: float, nearness: float, colours: tuple[Colour, Colour]
) -> None:
    """Light shines through the crest, foam runs down its face."""
    deep, thin = colours
    full, width = picture.shape[:2]
    rise = full * 0.3 * nearness * float(rng.uniform(0.4, 1.1))
    bumps = blur(ridge(rng, width, int(rng.integers(1, 4)), octaves=4, roughness=0.3), width // 12)
    crest = level - (bumps + ridge(rng, width, 9, octaves=3) * 0.06 - 0.3) * rise
    start = int(crest.min())
    picture, height = picture[start:], full - start
    below = grid((width, height))[0] + start - crest[None, :]
    reach = max(full * 0.28 * nearness, 4)
    water = fade((thin, deep, deep), np.clip(below / reach, 0, 1))
    texture = clouds(rng, (width, height), (int(6 + 6 * (1 - nearness)), int(14 + 30 * (1 - nearness))))
    water *= (0.82 + 0.36 * texture)[..., None]
    spray = full * 0.05 * nearness * (0.2 + 2 * texture)
    foam = (
        np.clip(1 - below / spray, 0, 1) ** 0.7
        + smooth(0.6, 0.85, texture) * np.clip(1 - below / reach, 0, 1) * 0.7
    )
    lay(water, (0.97, 0.99, 1.0), np.clip(foam, 0, 0.95).astype(np.float32))
    lay(picture, water, np.clip(below + 0.5, 0, 1))
