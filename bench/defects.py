"""Pictures with known defects, and clean ones that look as if they had some. Seeded.

The pictures are photograph-like (`photograph.py`). Every defect comes in several kinds and strengths, drawn
from the seed; what is called a defect is what a person would not put into a dataset.
"""

from collections.abc import Callable, Iterator

import msgspec
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from bench.canvas import write
from bench.drawings import DRAWINGS
from bench.look_alikes import CLEAN_KINDS
from bench.photograph import photograph
from bench.retouch import Change, Dice, drawn_of, noisy, share_of
from bench.standins import STANDINS

Made = tuple[str, Image.Image]
"""The kind within the label, and the picture."""

CLEAN = "clean"
DRAWING = "drawing"
"""Logos, signs, pages of writing: clean, and held against placeholders alone."""


class Labelled(msgspec.Struct, frozen=True):
    """A picture whose truth is known: ``label`` is ``clean`` or the defect, ``kind`` tells more."""

    label: str
    kind: str
    picture: Image.Image


def labelled(seed: int, each: int) -> Iterator[Labelled]:
    """``each`` pictures of every label, of clean ones and drawings thrice as many; alike for one seed."""
    for number, (label, make) in enumerate(MAKERS.items()):
        for turn in range(each * (3 if label in (CLEAN, DRAWING) else 1)):
            dice = np.random.default_rng((seed, number, turn))
            kind, picture = make(dice, turn)
            yield Labelled(label, kind, picture.convert("RGB"))


def _photo(dice: Dice) -> Image.Image:
    width, height = (int(side) for side in dice.integers(320, 1100, 2))
    if max(width, height) > 2 * min(width, height):
        width = height
    return photograph(int(dice.integers(1 << 31)), width, height)


def _clean(dice: Dice, turn: int) -> Made:
    return _pick(CLEAN_KINDS, dice, turn, _photo(dice))


def _blurry(dice: Dice, turn: int) -> Made:
    return _pick(BLURS, dice, turn, _photo(dice))


def _dark(dice: Dice, turn: int) -> Made:
    return _pick(DARKS, dice, turn, _photo(dice))


def _bright(dice: Dice, turn: int) -> Made:
    return _pick(BRIGHTS, dice, turn, _photo(dice))


def _little(dice: Dice, turn: int) -> Made:
    return _pick(LITTLE, dice, turn, _photo(dice))


def _odd(dice: Dice, turn: int) -> Made:
    short = int(dice.integers(90, 260))
    size = (int(short * dice.uniform(3.2, 12)), short)
    wide = photograph(int(dice.integers(1 << 31)), *size)
    return ("tall", wide.transpose(Image.Transpose.ROTATE_90)) if turn % 2 else ("wide", wide)


def _standin(dice: Dice, turn: int) -> Made:
    name = list(STANDINS)[turn % len(STANDINS)]
    return name, STANDINS[name](dice)


def _drawing(dice: Dice, turn: int) -> Made:
    name = list(DRAWINGS)[turn % len(DRAWINGS)]
    return name, DRAWINGS[name](dice)


def _watermarked(dice: Dice, turn: int) -> Made:
    return _pick(MARKS, dice, turn, _photo(dice))


def _pick(kinds: dict[str, Change], dice: Dice, turn: int, photo: Image.Image) -> Made:
    name = list(kinds)[turn % len(kinds)]
    return name, kinds[name](photo, dice)


# blur


def _gaussian(picture: Image.Image, dice: Dice) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(share_of(picture, dice, 0.008, 0.04)))


def _box(picture: Image.Image, dice: Dice) -> Image.Image:
    return picture.filter(ImageFilter.BoxBlur(share_of(picture, dice, 0.015, 0.06)))


def _defocus(picture: Image.Image, dice: Dice) -> Image.Image:
    """A disc, which is what a lens out of focus makes of a point."""
    r = max(3, round(share_of(picture, dice, 0.014, 0.04)))
    y, x = np.mgrid[-r : r + 1, -r : r + 1]
    return _convolved(picture, (x * x + y * y <= r * r).astype(np.float32))


def _motion(picture: Image.Image, dice: Dice) -> Image.Image:
    """A line, at any angle."""
    length = max(9, round(share_of(picture, dice, 0.035, 0.1)))
    angle = float(dice.uniform(0, np.pi))
    kernel = Image.new("L", (length, length))
    c, dx, dy = (length - 1) / 2, np.cos(angle) * length / 2, np.sin(angle) * length / 2
    ImageDraw.Draw(kernel).line((c - dx, c - dy, c + dx, c + dy), fill=255)
    return _convolved(picture, np.asarray(kernel, np.float32))


def _convolved(picture: Image.Image, kernel: np.ndarray) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    h, w = pixels.shape[:2]
    pad = kernel.shape[0]
    padded = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)), mode="reflect")
    size = padded.shape[:2]
    by = np.fft.rfft2(kernel / kernel.sum(), size)
    out = np.fft.irfft2(np.fft.rfft2(padded, axes=(0, 1)) * by[:, :, None], size, axes=(0, 1))
    shift = pad + kernel.shape[0] // 2
    return drawn_of(out[shift : shift + h, shift : shift + w])


def _enlarged(picture: Image.Image, dice: Dice) -> Image.Image:
    """A stamp, blown up."""
    small = picture.copy()
    small.thumbnail((int(dice.integers(40, 90)),) * 2)
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def _soft_and_noisy(picture: Image.Image, dice: Dice) -> Image.Image:
    return noisy(_gaussian(picture, dice), dice, float(dice.uniform(1.5, 4)))


BLURS: dict[str, Change] = {
    "gaussian": _gaussian,
    "box": _box,
    "defocus": _defocus,
    "motion": _motion,
    "enlarged": _enlarged,
    "soft and noisy": _soft_and_noisy,
}

# light


def _underexposed(picture: Image.Image, dice: Dice) -> Image.Image:
    pixels = np.asarray(picture, np.float32) * float(dice.uniform(0.03, 0.22))
    return noisy(drawn_of(pixels), dice, float(dice.uniform(0.5, 3)))


def _shadowy(picture: Image.Image, dice: Dice) -> Image.Image:
    pixels = np.asarray(picture, np.float32) / 255
    return drawn_of(255 * float(dice.uniform(0.3, 0.6)) * pixels ** float(dice.uniform(3, 5)) * 0.5)


def _lit_speck(picture: Image.Image, dice: Dice) -> Image.Image:
    """Dark but for the date in the corner."""
    dark = _underexposed(picture, dice)
    write(dark, "21 11 2026", (0.84, 0.94), 0.03, (255, 140, 0))
    return dark


DARKS: dict[str, Change] = {"underexposed": _underexposed, "shadowy": _shadowy, "lit speck": _lit_speck}


def _overexposed(picture: Image.Image, dice: Dice) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    low = np.percentile(pixels, 2)
    return drawn_of(pixels * 1.2 + (float(dice.uniform(250, 300)) - low * 1.2))


def _washed_out(picture: Image.Image, dice: Dice) -> Image.Image:
    pixels = np.asarray(picture, np.float32)
    return drawn_of(255 - (255 - pixels) * float(dice.uniform(0.01, 0.06)))


def _blown_out(picture: Image.Image, dice: Dice) -> Image.Image:
    """White but for the darkest few hundredths, which are light grey."""
    pixels = np.asarray(picture, np.float32)
    low, knee = np.percentile(pixels.mean(axis=2), (0.1, float(dice.uniform(2, 8))))
    return drawn_of(255 - (knee - pixels) * 90 / max(knee - low, 1))


BRIGHTS: dict[str, Change] = {
    "overexposed": _overexposed,
    "washed out": _washed_out,
    "blown out": _blown_out,
}

# next to nothing


def _flat(picture: Image.Image, dice: Dice) -> Image.Image:
    return Image.new("RGB", picture.size, tuple(int(c) for c in dice.integers(40, 216, 3)))


def _lens_cap(picture: Image.Image, dice: Dice) -> Image.Image:
    return noisy(_flat(picture, dice), dice, float(dice.uniform(0.5, 2.5)))


def _gradient(picture: Image.Image, dice: Dice) -> Image.Image:
    w, h = picture.size
    ends = dice.uniform(40, 215, (2, 3))
    along = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    return drawn_of(np.broadcast_to(ends[0] * (1 - along) + ends[1] * along, (h, w, 3)))


def _speck(picture: Image.Image, dice: Dice) -> Image.Image:
    flat = _flat(picture, dice)
    x, y = dice.uniform(0.1, 0.9, 2) * picture.size
    r = share_of(picture, dice, 0.005, 0.015)
    ImageDraw.Draw(flat).ellipse((x - r, y - r, x + r, y + r), fill=(250, 250, 250))
    return flat


LITTLE: dict[str, Change] = {"flat": _flat, "lens cap": _lens_cap, "gradient": _gradient, "speck": _speck}

# watermarks


def _tiled(picture: Image.Image, dice: Dice) -> Image.Image:
    return _overlaid(picture, dice, rows=int(dice.integers(4, 8)), columns=int(dice.integers(3, 5)))


def _across(picture: Image.Image, dice: Dice) -> Image.Image:
    return _overlaid(picture, dice, rows=1, columns=1)


def _overlaid(picture: Image.Image, dice: Dice, *, rows: int, columns: int) -> Image.Image:
    """White letters, partly to be seen through."""
    w, h = picture.size
    mark = Image.new("L", (2 * w, 2 * h))
    for row in range(2 * rows):
        for column in range(2 * columns):
            place = ((column + 0.5) / (2 * columns), (row + 0.5) / (2 * rows))
            write(mark, "SAMPLE STOCK", place, 0.12 / rows if rows > 1 else 0.05, 255)
    mark = mark.rotate(float(dice.uniform(15, 40))).crop((w // 2, h // 2, w // 2 + w, h // 2 + h))
    light = ImageEnhance.Brightness(mark).enhance(float(dice.uniform(0.3, 0.6)))
    return Image.composite(Image.new("RGB", picture.size, "white"), picture, light)


def _embossed(picture: Image.Image, dice: Dice) -> Image.Image:
    tiled = _overlaid(Image.new("RGB", picture.size), dice, rows=5, columns=3)
    return ImageChops.add(picture, tiled, scale=1, offset=-20)


MARKS: dict[str, Change] = {"tiled": _tiled, "across": _across, "embossed": _embossed}

MAKERS: dict[str, Callable[[Dice, int], Made]] = {
    CLEAN: _clean,
    "blur": _blurry,
    "dark": _dark,
    "bright": _bright,
    "low_information": _little,
    "odd_aspect": _odd,
    "placeholder": _standin,
    "watermark": _watermarked,
    DRAWING: _drawing,
}
