"""Pictures that weigh what photographs weigh: noise of all sizes, soft light, and shapes with edges."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Plane = NDArray[np.float32]


def photograph(seed: int, width: int, height: int) -> Image.Image:
    """One picture; different seeds look different to a perceptual hash."""
    rng = np.random.default_rng(seed)
    light = _terrain(rng, width, height, decay=float(rng.uniform(0.5, 0.68)))
    tint = [_terrain(rng, max(width // 8, 8), max(height // 8, 8), decay=0.5) for _ in range(2)]
    warm, cool = (np.asarray(Image.fromarray(plane).resize((width, height))) for plane in tint)
    light = light * 190 + 30 + _slope(rng, width, height)
    light += (rng.random((height, width), dtype=np.float32) - 0.5) * float(rng.uniform(2, 14))
    strength = float(rng.uniform(20, 110))
    channels = (light + (warm - 0.5) * strength, light, light + (cool - 0.5) * strength)
    pixels = np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8)
    return _with_shapes(rng, Image.fromarray(pixels))


def _terrain(rng: np.random.Generator, width: int, height: int, decay: float) -> Plane:
    """Noise in 0 to 1, each octave twice as fine and ``decay`` as strong as the one before."""
    plane = rng.random((4, 4), dtype=np.float32)
    strength = 1.0
    while plane.shape[1] < width or plane.shape[0] < height:
        strength *= decay
        size = (min(plane.shape[1] * 2, width), min(plane.shape[0] * 2, height))
        plane = np.array(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC))
        plane += (rng.random(plane.shape, dtype=np.float32) - 0.5) * strength
    plane -= plane.min()
    return np.asarray(plane / max(float(plane.max()), 1e-6), dtype=np.float32)


def _slope(rng: np.random.Generator, width: int, height: int) -> Plane:
    across, down = rng.uniform(-60, 60, 2).astype(np.float32)
    return np.asarray(
        np.linspace(-across, across, width, dtype=np.float32)[None, :]
        + np.linspace(-down, down, height, dtype=np.float32)[:, None]
    )


def _with_shapes(rng: np.random.Generator, picture: Image.Image) -> Image.Image:
    width, height = picture.size
    pen = ImageDraw.Draw(picture, "RGBA")
    for _ in range(int(rng.integers(4, 24))):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        reach = float(rng.uniform(0.02, 0.22)) * min(width, height)
        red, green, blue = (int(channel) for channel in rng.integers(0, 256, 3))
        fill = (red, green, blue, int(rng.integers(60, 220)))
        if rng.random() < 0.5:
            pen.ellipse((x - reach, y - reach * 0.7, x + reach, y + reach * 0.7), fill=fill)
        else:
            around = rng.uniform(-reach, reach, (int(rng.integers(3, 7)), 2))
            pen.polygon([(x + float(a), y + float(b)) for a, b in around], fill=fill)
    return picture
