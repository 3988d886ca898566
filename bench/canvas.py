"""What pictures are drawn with: letters, and a choice among what may stand there."""

from collections.abc import Sequence
from typing import TypeVar

from PIL import Image, ImageDraw, ImageFont

from bench.retouch import Dice

T = TypeVar("T")
Tone = tuple[int, int, int]
Ink = int | tuple[int, ...]


def one_of(dice: Dice, choices: Sequence[T]) -> T:
    return choices[int(dice.integers(len(choices)))]


def write(
    picture: Image.Image, text: str, centre: tuple[float, float], height: float, ink: Ink
) -> tuple[float, float, float, float]:
    """Letters of a share of the picture's height, about a point given in shares of its sides; their box."""
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=max(8.0, height * picture.height))
    at = (centre[0] * picture.width, centre[1] * picture.height)
    pen.text(at, text, fill=ink, font=font, anchor="mm")
    return pen.textbbox(at, text, font=font, anchor="mm")
