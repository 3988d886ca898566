"""Pictures of few colours that are not placeholders, though they are made as those are. Seeded."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from bench.canvas import Tone, one_of, write
from bench.retouch import Dice

SIZES = ((400, 400), (512, 512), (640, 360), (300, 150), (800, 400), (256, 256))
NAMES = (
    "Norvik",
    "Blue Harbor",
    "Café Lumière",
    "IMAGINE",
    "Picture House",
    "Photo Studio Berg",
    "Found Objects",
    "Available Light",
    "Image Works",
    "The Daily Post",
    "Coming Home",
    "NO. 9",
)
TITLES = (
    "Image Processing",
    "Questions?",
    "Thank you!",
    "Our photo archive",
    "Not to scale",
    "Chapter One",
    "Six months later",
    "Keep calm and carry on",
)
SIGNS = (
    "STOP",
    "EXIT",
    "NO ENTRY",
    "NO PARKING",
    "NO PHOTOGRAPHY",
    "NOT FOR SALE",
    "NO DOGS ALLOWED",
    "OPEN",
)
FORMULAS = ("E = mc²", "a² + b² = c²", "12 × 12 = 144", "x = 300 × 200", "1920 - 1945", "3 × 5", "№ 42")
LOREM = (
    "the quick brown fox jumps over a lazy dog while seven of its friends watch from the hill "
    "and write down what they see in small books where image data and a photo are not available "
    "to those who have not found them"
)


def _page(dice: Dice) -> tuple[Image.Image, Tone]:
    """An empty page and an ink: black or a colour on white, white on a colour, at times grey on grey."""
    size = one_of(dice, SIZES)
    red, green, blue = (int(level) for level in dice.integers(0, 200, 3))
    colour = (red, green, blue)
    grey, light = int(dice.integers(30, 150)), int(dice.integers(215, 256))
    grounds: tuple[tuple[Tone, Tone], ...] = (
        ((255, 255, 255), (20, 20, 20)),
        ((255, 255, 255), colour),
        ((light, light, light), (grey, grey, grey)),
        (colour, (255, 255, 255)),
        ((15, 15, 15), (245, 245, 245)),
    )
    ground, ink = one_of(dice, grounds)
    return Image.new("RGB", size, ground), ink


def _say(page: Image.Image, text: str, ink: Tone, *, share: float, y: float = 0.5) -> None:
    """Write it in the middle of the page's width, of which it takes about this share, and at this one of its
    height."""
    height = min(0.3, share * 1.8 * page.width / page.height / max(4, len(text)))
    write(page, text, (0.5, y), height, ink)


def wordmark(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    _say(page, one_of(dice, NAMES), ink, share=float(dice.uniform(0.5, 0.9)))
    if dice.random() < 0.4:
        _say(page, "images & prints since 1921", ink, share=0.5, y=0.72)
    return page


def logo(dice: Dice) -> Image.Image:
    """A mark, mostly with a name under it."""
    page, ink = _page(dice)
    ground = page.getpixel((0, 0))
    named = dice.random() < 0.7
    pen = ImageDraw.Draw(page)
    x, y, s = page.width / 2, page.height * (0.4 if named else 0.5), 0.25 * min(page.size)
    if dice.random() < 0.5:
        pen.regular_polygon((x, y, s), int(dice.integers(3, 8)), rotation=int(dice.integers(60)), fill=ink)
        pen.regular_polygon((x, y, s / 2), int(dice.integers(3, 8)), fill=ground)
    else:
        pen.circle((x, y), s, fill=ink)
        pen.ellipse((x - s / 2, y - s * 0.7, x + s * 0.8, y + s * 0.6), fill=ground)
    if named:
        _say(page, one_of(dice, NAMES), ink, share=0.5, y=0.84)
    return page


def slide(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    _say(page, one_of(dice, TITLES), ink, share=0.8, y=0.42)
    if dice.random() < 0.6:
        _say(page, "images available on request", ink, share=0.5, y=0.7)
    return page


def sign(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    w, h = page.size
    ImageDraw.Draw(page).rounded_rectangle((8, 8, w - 9, h - 9), radius=20, outline=ink, width=6)
    _say(page, one_of(dice, SIGNS), ink, share=0.75)
    return page


def formula(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    _say(page, one_of(dice, FORMULAS), ink, share=0.7)
    return page


def writing(dice: Dice) -> Image.Image:
    """Some lines, or a page of them."""
    page, ink = _page(dice)
    lines = int(dice.integers(3, 16))
    for line in range(lines):
        words = " ".join(str(word) for word in dice.choice(LOREM.split(), 6))
        write(page, words, (0.5, (line + 0.8) / (lines + 0.6)), min(0.5 / lines, 0.05), ink)
    return page


def signature(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    w, h = page.size
    steps = np.linspace(0, 1, 160)
    along = dice.uniform(0.2, 1.8, 160).cumsum()
    turns = dice.uniform(0.2, 0.5, 160).cumsum()
    x = w * (0.1 + 0.8 * along / along[-1])
    y = h * (0.5 + 0.2 * np.sin(turns) + 0.1 * np.sin(6 * steps))
    ImageDraw.Draw(page).line(list(zip(x, y, strict=True)), fill=ink, width=3, joint="curve")
    return page


def face(dice: Dice) -> Image.Image:
    """As a child draws it."""
    page, ink = _page(dice)
    pen = ImageDraw.Draw(page)
    x, y, s = page.width / 2, page.height / 2, 0.4 * min(page.size)
    pen.circle((x, y), s, outline=ink, width=4)
    for eye in (-0.35, 0.35):
        pen.circle((x + eye * s, y - 0.3 * s), 0.1 * s, fill=ink)
    pen.arc((x - s / 2, y - 0.4 * s, x + s / 2, y + 0.6 * s), 20, 160, fill=ink, width=4)
    return page


def diagram(dice: Dice) -> Image.Image:
    """Boxes with words in them, and lines between them."""
    page, ink = _page(dice)
    w, h = page.size
    pen = ImageDraw.Draw(page)
    boxes = int(dice.integers(2, 5))
    for box, text in enumerate(("Image", "Filter", "found?", "no")[:boxes]):
        x, half = (box + 0.5) / boxes, 0.35 / boxes
        pen.rectangle(((x - half) * w, 0.4 * h, (x + half) * w, 0.6 * h), outline=ink, width=2)
        write(page, text, (x, 0.5), min(0.3, 0.18 * w / h / boxes), ink)
        if box:
            pen.line(((x - 0.65 / boxes) * w, 0.5 * h, (x - half) * w, 0.5 * h), fill=ink, width=2)
    return page


def chart(dice: Dice) -> Image.Image:
    page, ink = _page(dice)
    w, h = page.size
    pen = ImageDraw.Draw(page)
    pen.line((0.1 * w, 0.05 * h, 0.1 * w, 0.9 * h, 0.97 * w, 0.9 * h), fill=ink, width=2)
    for bar in range(6):
        left = 0.15 + 0.13 * bar
        pen.rectangle((left * w, float(dice.uniform(0.1, 0.85)) * h, (left + 0.08) * w, 0.9 * h), fill=ink)
    return page


DRAWINGS: dict[str, Callable[[Dice], Image.Image]] = {
    "wordmark": wordmark,
    "logo": logo,
    "slide": slide,
    "sign": sign,
    "formula": formula,
    "writing": writing,
    "signature": signature,
    "face": face,
    "diagram": diagram,
    "chart": chart,
}
