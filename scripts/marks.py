#!/usr/bin/env python
"""Draws the words and signs that the strict look knows, and writes marks.npy beside the module that reads it.

Run it after a change of the words: ``.venv/bin/python scripts/marks.py``. Needs Debian's fonts-dejavu,
fonts-liberation, fonts-lato, fonts-open-sans and fonts-roboto-unhinted. Each word is drawn in fifteen fonts
at two sizes, as it is, with a capital, and in capitals; of each of the three the means of a few clusters
are kept, and what Pillow's bitmap font makes of it. Signs are drawn here in some variants.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pixcrawler.adapters.imaging import shapes
from pixcrawler.adapters.imaging.phrases import ROLES

FONTS = Path("/usr/share/fonts/truetype")
FACES = (
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSans-Bold.ttf",
    "dejavu/DejaVuSerif.ttf",
    "dejavu/DejaVuSansMono.ttf",
    "liberation/LiberationSans-Regular.ttf",
    "liberation/LiberationSans-Bold.ttf",
    "liberation/LiberationSans-Italic.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "liberation/LiberationSerif-Bold.ttf",
    "liberation/LiberationSansNarrow-Bold.ttf",
    "lato/Lato-Regular.ttf",
    "open-sans/OpenSans-Regular.ttf",
    "open-sans/OpenSans-Bold.ttf",
    "roboto/unhinted/RobotoTTF/Roboto-Regular.ttf",
    "roboto/unhinted/RobotoTTF/Roboto-Bold.ttf",
)
SIZES = (12, 40)
KEPT = 3
TURNS = 12
DIGITS = "0123456789x×"
SIDE = 240
INTO = Path(shapes.__file__).with_name("marks.npy")

Pen = ImageDraw.ImageDraw
Shape = tuple[np.ndarray, float]
"""Its unit vector, and its width by its height."""


def shape_of(picture: Image.Image) -> Shape:
    cut = shapes.trimmed(np.asarray(picture), 0.35)
    return shapes.unit(cut), cut.shape[1] / cut.shape[0]


def written(text: str, face: str, size: int) -> Shape:
    font = ImageFont.truetype(FONTS / face, size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    page = Image.new("L", (right - left + 4, bottom - top + 4))
    ImageDraw.Draw(page).text((2 - left, 2 - top), text, fill=255, font=font)
    return shape_of(page)


def typed(text: str) -> list[Shape]:
    """In Pillow's own bitmap font, which has no other letters than those of Latin-1."""
    font = ImageFont.load_default_imagefont()
    try:
        wide, high = (round(edge) for edge in font.getbbox(text)[2:])
    except UnicodeEncodeError:
        return []
    page = Image.new("L", (wide + 4, high + 4))
    ImageDraw.Draw(page).text((2, 2), text, fill=255, font=font)
    return [shape_of(page)]


def clusters(drawn: list[Shape], count: int) -> Iterator[Shape]:
    """Means of the most alike (k-means on the sphere, begun with the farthest)."""
    vectors = np.stack([vector for vector, _ in drawn])
    aspects = np.array([aspect for _, aspect in drawn])
    means = vectors[:1]
    while len(means) < min(count, len(vectors)):
        farthest = (vectors @ means.T).max(axis=1).argmin()
        means = np.concatenate([means, vectors[farthest : farthest + 1]])
    nearest = (vectors @ means.T).argmax(axis=1)
    for _ in range(TURNS):
        means = np.stack([vectors[nearest == which].mean(axis=0) for which in range(len(means))])
        means /= np.linalg.norm(means, axis=1)[:, None]
        nearest = (vectors @ means.T).argmax(axis=1)
    for which, mean in enumerate(means):
        yield mean, float(np.exp(np.log(aspects[nearest == which]).mean()))


def landscape(pen: Pen, *, frame: int, filled: bool, sun: float, peaks: tuple[int, int]) -> None:
    """Hills and a sun in a frame: drawn in lines, or cut out of a filled one. A frame of 0 is none."""
    ink = 0 if filled else 255
    if filled or frame:
        inside = 255 if filled else 0
        pen.rounded_rectangle((10, 35, 230, 205), radius=14, fill=inside, outline=255, width=max(1, frame))
    x = 240 * sun
    pen.ellipse((x - 19, 58, x + 19, 96), fill=ink)
    left, right = peaks
    near, far = (96, 160) if sun < 0.5 else (80, 144)
    valley = 0.35 * max(peaks) + 0.65 * 182
    pen.polygon([(28, 182), (near, left), ((near + far) / 2, valley), (far, right), (212, 182)], fill=ink)


def lines_of_hills(pen: Pen, *, width: int) -> None:
    pen.rounded_rectangle((10, 30, 230, 210), radius=16, outline=255, width=width)
    pen.ellipse((52, 66, 92, 106), outline=255, width=width)
    pen.line([(14, 190), (90, 124), (130, 160), (168, 100), (226, 160)], fill=255, width=width, joint="curve")


def camera(pen: Pen, *, width: int, prism: bool, pupil: bool, crossed: bool) -> None:
    """In lines of a width; filled where that is 0. With a bump on top, and a dot in its lens, or without."""
    if width:
        bump = [(70, 66), (88, 40), (152, 40), (170, 66)] if prism else []
        around = [
            (24, 66),
            *bump,
            (216, 66),
            (230, 80),
            (230, 190),
            (216, 204),
            (24, 204),
            (10, 190),
            (10, 80),
        ]
        pen.line([*around, (24, 66)], fill=255, width=width, joint="curve")
        pen.ellipse((78, 90, 162, 174), outline=255, width=width)
    else:
        pen.rounded_rectangle((10, 66, 230, 204), radius=22, fill=255)
        if prism:
            pen.polygon([(70, 70), (88, 40), (152, 40), (170, 70)], fill=255)
        pen.ellipse((72, 86, 168, 182), fill=0)
    if pupil:
        pen.ellipse((92, 106, 148, 162), fill=255)
    if crossed:
        pen.line((0, 236, 240, 24), fill=0, width=26 if prism else 0)
        pen.line((0, 236, 240, 24), fill=255, width=14)


def person(pen: Pen, *, head: int, wide: int) -> None:
    """Head and shoulders, without a face."""
    pen.ellipse((120 - head, 20, 120 + head, 20 + 2 * head), fill=255)
    top = 32 + 2 * head
    pen.ellipse((120 - wide, top, 120 + wide, top + 200), fill=255)
    pen.rectangle((0, 220, 240, 240), fill=0)


def crossed_box(pen: Pen, *, width: int) -> None:
    pen.rectangle((10, 40, 230, 200), outline=255, width=width)
    pen.line((10, 40, 230, 200), fill=255, width=width)
    pen.line((10, 200, 230, 40), fill=255, width=width)


def torn_page(pen: Pen, *, width: int) -> None:
    """A page with its corner folded, and a cross or nothing to be read on it."""
    pen.line(
        [(150, 10), (40, 10), (40, 230), (200, 230), (200, 60), (150, 10), (150, 60), (200, 60)],
        fill=255, width=width, joint="curve",
    )  # fmt: skip
    pen.line((84, 110, 156, 182), fill=255, width=width)
    pen.line((84, 182, 156, 110), fill=255, width=width)


SIGNS: dict[str, tuple[Callable[..., None], list[dict[str, object]]]] = {
    "picture": (
        landscape,
        [
            {"frame": frame, "filled": filled, "sun": sun, "peaks": peaks}
            for frame, filled in ((0, False), (7, False), (15, False), (7, True))
            for sun in (0.3, 0.7)
            for peaks in ((120, 85), (85, 120), (105, 105))
        ],
    ),
    "picture ": (lines_of_hills, [{"width": width} for width in (8, 16)]),
    "camera": (
        camera,
        [
            {"width": width, "prism": prism, "pupil": pupil, "crossed": crossed}
            for width, pupil in ((9, False), (17, False), (0, True), (0, False))
            for prism in (True, False)
            for crossed in (False, True)
        ],
    ),
    "crossed": (crossed_box, [{"width": 7}, {"width": 15}]),
    "torn": (torn_page, [{"width": 9}, {"width": 18}]),
    "person": (person, [{"head": h, "wide": w} for h, w in ((44, 80), (44, 104), (54, 94))]),
}


def known() -> Iterator[tuple[str, Shape]]:
    for word in ROLES:
        for form in dict.fromkeys((word, word.capitalize(), word.upper())):
            drawn = [written(form, face, size) for face in FACES for size in SIZES]
            yield from ((word, shape) for shape in (*clusters(drawn, KEPT), *typed(form)))
    for digit in DIGITS:
        drawn = [written(digit, face, size) for face in FACES for size in SIZES]
        yield from ((digit, shape) for shape in clusters(drawn, KEPT))
    for name, (draw, variants) in SIGNS.items():
        for variant in variants:
            page = Image.new("L", (SIDE, SIDE))
            draw(ImageDraw.Draw(page), **variant)
            yield f"*{name.strip()}", shape_of(page)


def main() -> None:
    rows = []
    for name, (vector, aspect) in known():
        levels = np.round(vector / np.abs(vector).max() * 127).astype(np.int8)
        rows.append((name.encode(), aspect, levels))
    np.save(INTO, np.array(rows, shapes.KIND))
    click.echo(f"{INTO.name}: {len(rows)} shapes, {INTO.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
