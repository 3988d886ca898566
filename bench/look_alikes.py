"""Clean pictures, most of which look as if they had a defect."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from bench.retouch import Change, Dice, drawn_of, noisy, share_of


def _as_it_is(picture: Image.Image, _: Dice) -> Image.Image:
    return picture


def _night(picture: Image.Image, dice: Dice) -> Image.Image:
    """Mostly black, with lights."""
    dark = np.asarray(picture, np.float32) * float(dice.uniform(0.08, 0.25))
    lights = Image.new("L", picture.size)
    pen = ImageDraw.Draw(lights)
    for _ in range(int(dice.integers(25, 90))):
        x, y = dice.uniform(0, picture.width), dice.uniform(0, picture.height)
        reach = share_of(picture, dice, 0.006, 0.03)
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=int(dice.integers(170, 256)))
    glow = np.asarray(lights, np.float32) + 0.6 * np.asarray(
        lights.filter(ImageFilter.GaussianBlur(0.02 * min(picture.size))), np.float32
    )
    return noisy(drawn_of(dark + glow[:, :, None] * np.array([1.0, 0.9, 0.65])), dice, 3)


def _on_white(picture: Image.Image, dice: Dice) -> Image.Image:
    """A thing on a white ground, as shops show it."""
    share = float(dice.uniform(0.3, 0.7))
    mask = Image.new("L", picture.size)
    w, h = picture.size
    pen = ImageDraw.Draw(mask)
    around = [
        (w * (0.5 + share * 0.5 * r * np.cos(a)), h * (0.5 + share * 0.5 * r * np.sin(a)))
        for a, r in zip(np.linspace(0, 6.0, 9), dice.uniform(0.6, 1, 9), strict=True)
    ]
    pen.polygon(around, fill=255)
    return Image.composite(picture, Image.new("RGB", picture.size, "white"), mask)


def _high_key(picture: Image.Image, dice: Dice) -> Image.Image:
    """Light on light, with some dark accents."""
    pixels = np.asarray(picture, np.float32)
    return drawn_of(255 - (255 - pixels) * float(dice.uniform(0.35, 0.55)))


def _bokeh(picture: Image.Image, dice: Dice) -> Image.Image:
    """A sharp middle before a ground that is out of focus."""
    soft = picture.filter(ImageFilter.GaussianBlur(share_of(picture, dice, 0.015, 0.03)))
    mask = Image.new("L", picture.size)
    w, h = picture.size
    r = float(dice.uniform(0.18, 0.35)) * min(w, h)
    x, y = w * dice.uniform(0.35, 0.65), h * dice.uniform(0.35, 0.65)
    ImageDraw.Draw(mask).ellipse((x - r, y - r, x + r, y + r), fill=255)
    return Image.composite(picture, soft, mask.filter(ImageFilter.GaussianBlur(4)))


def _line_art(picture: Image.Image, dice: Dice) -> Image.Image:
    """Black strokes on white, all over the page."""
    page = Image.new("L", (picture.width * 2, picture.height * 2), 255)
    pen = ImageDraw.Draw(page)
    for _ in range(int(dice.integers(25, 80))):
        x, y = dice.uniform(0, page.width), dice.uniform(0, page.height)
        steps = dice.normal(0, min(page.size) * 0.04, (int(dice.integers(4, 12)), 2)).cumsum(axis=0)
        pen.line([(x + float(a), y + float(b)) for a, b in steps], fill=0, width=int(dice.integers(2, 7)))
    return page.resize(picture.size, Image.Resampling.LANCZOS)


def _fog(picture: Image.Image, dice: Dice) -> Image.Image:
    """Little contrast, and still sharp."""
    level = float(dice.uniform(150, 190))
    pixels = np.asarray(picture, np.float32)
    return drawn_of(level + (pixels - pixels.mean()) * float(dice.uniform(0.2, 0.4)))


def _sky(picture: Image.Image, dice: Dice) -> Image.Image:
    """A plain sky over a strip of land."""
    w, h = picture.size
    sky = np.linspace(150, 215, h, dtype=np.float32)[:, None, None] * np.array([0.75, 0.9, 1.1])
    whole = noisy(drawn_of(np.broadcast_to(sky, (h, w, 3))), dice, 1.5)
    land = int(h * float(dice.uniform(0.15, 0.35)))
    whole.paste(picture.crop((0, h - land, w, h)), (0, h - land))
    return whole


def _flat_art(picture: Image.Image, dice: Dice) -> Image.Image:
    """A poster of few colours, with shapes all over it."""
    poster = picture.filter(ImageFilter.GaussianBlur(6)).quantize(int(dice.integers(5, 9)))
    return poster.convert("RGB")


CLEAN_KINDS: dict[str, Change] = {
    "photograph": _as_it_is,
    "night": _night,
    "another": _as_it_is,
    "thing on white": _on_white,
    "high key": _high_key,
    "bokeh": _bokeh,
    "line art": _line_art,
    "fog": _fog,
    "sky": _sky,
    "flat art": _flat_art,
}
