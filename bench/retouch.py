"""What defects and their look-alikes are made with."""

from collections.abc import Callable

import numpy as np
from PIL import Image

Dice = np.random.Generator
Change = Callable[[Image.Image, Dice], Image.Image]


def noisy(picture: Image.Image, dice: Dice, sigma: float) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    return drawn_of(pixels + dice.normal(0, sigma, pixels.shape))


def drawn_of(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def share_of(picture: Image.Image, dice: Dice, low: float, high: float) -> float:
    """Pixels, as a share of the shorter side."""
    return float(dice.uniform(low, high)) * min(picture.size)
