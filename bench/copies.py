"""Pictures, their copies as people make them, and pictures that only look alike: all seeded."""

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageOps, ImageStat

from bench.photograph import photograph

Picture = Image.Image
Change = Callable[[Picture], Picture]
Saved = tuple[str, dict[str, object]]

FLAT = 10
"""Grey levels by which a picture's points differ from their mean; those of less are nearly one colour, and
nothing could tell their copies."""

SMALLEST = 128
"""Pixels of a real picture's shorter side: of icons, a quarter is a dozen."""

JPEG: Saved = ("JPEG", {"quality": 88})
LOSSLESS: Saved = ("PNG", {})


class Copy(msgspec.Struct, frozen=True):
    """A way to make a copy: a change of the pixels, and how they are saved; ``family`` groups the report."""

    name: str
    family: str
    change: Change
    saved: Saved = JPEG


class Entry(msgspec.Struct, frozen=True):
    """A file. Files of the same ``scene`` are copies of one picture; ``made`` says how, empty for the first.
    ``kind`` is what the scene is: photograph, real, burst, other object, graphic, text."""

    path: str
    scene: str
    kind: str
    made: str


def _scaled(factor: float) -> Change:
    def change(picture: Picture) -> Picture:
        size = (max(round(picture.width * factor), 16), max(round(picture.height * factor), 16))
        return picture.resize(size, Image.Resampling.LANCZOS)

    return change


def _cropped(left: float, top: float, right: float, bottom: float) -> Change:
    def change(picture: Picture) -> Picture:
        w, h = picture.size
        start, end = (round(w * left), round(h * top)), (round(w * (1 - right)), round(h * (1 - bottom)))
        return picture.crop((*start, *end))

    return change


def _gamma(value: float) -> Change:
    table = [round(255 * (level / 255) ** value) for level in range(256)] * 3
    return lambda picture: picture.point(table)


def _hue(turn: int) -> Change:
    def change(picture: Picture) -> Picture:
        hue, saturation, value = picture.convert("HSV").split()
        turned = hue.point([(level + turn) % 256 for level in range(256)])
        return Image.merge("HSV", (turned, saturation, value)).convert("RGB")

    return change


def _bordered(share: float, colour: str) -> Change:
    return lambda picture: ImageOps.expand(picture, round(min(picture.size) * share), colour)


def _letterboxed(picture: Picture) -> Picture:
    """Black bars above and below."""
    bar = round(picture.height * 0.12)
    return ImageOps.expand(picture, (0, bar, 0, bar), "black")


def _captioned(picture: Picture) -> Picture:
    picture = picture.copy()
    pen = ImageDraw.Draw(picture)
    top = round(picture.height * 0.92)
    pen.rectangle((0, top, picture.width, picture.height), fill="black")
    pen.text((picture.width // 20, top + 2), "A caption below the picture", fill="white", font_size=top // 16)
    return picture


def _watermarked(picture: Picture) -> Picture:
    layer = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(layer)
    size = max(picture.width // 10, 12)
    for step in range(3):
        at = (picture.width * 0.1, picture.height * (0.15 + step * 0.3))
        pen.text(at, "© example agency", fill=(255, 255, 255, 90), font_size=size)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _rotated(degrees: float) -> Change:
    """Turned and cut to what has no corners missing."""

    def change(picture: Picture) -> Picture:
        turned = picture.rotate(degrees, Image.Resampling.BICUBIC)
        cut = abs(np.sin(np.radians(degrees)))
        across, down = round(picture.height * cut), round(picture.width * cut)
        w, h = picture.size
        return turned.crop((across // 2 + 1, down // 2 + 1, w - across // 2 - 1, h - down // 2 - 1))

    return change


def _brighter(factor: float) -> Change:
    return lambda picture: ImageEnhance.Brightness(picture).enhance(factor)


def _same(picture: Picture) -> Picture:
    return picture


COPIES = (
    *(Copy(f"resized {f:g}", "resized", _scaled(f)) for f in (0.25, 0.5, 0.75, 1.5)),
    *(Copy(f"jpeg {q}", "re-compressed", _same, ("JPEG", {"quality": q})) for q in (30, 50, 75, 95)),
    Copy("progressive", "re-compressed", _same, ("JPEG", {"quality": 80, "progressive": True})),
    Copy("webp 60", "re-compressed", _same, ("WEBP", {"quality": 60})),
    Copy("avif 50", "re-compressed", _same, ("AVIF", {"quality": 50, "speed": 8})),
    Copy("png", "re-compressed", _same, LOSSLESS),
    Copy("resized 0.4, webp 50", "re-compressed", _scaled(0.4), ("WEBP", {"quality": 50})),
    Copy("grey", "colour", lambda picture: picture.convert("L")),
    Copy("darker", "colour", _brighter(0.8)),
    Copy("brighter", "colour", _brighter(1.2)),
    Copy("saturated", "colour", lambda picture: ImageEnhance.Color(picture).enhance(1.6)),
    Copy("faded", "colour", lambda picture: ImageEnhance.Color(picture).enhance(0.4)),
    Copy("hue turned", "colour", _hue(16)),
    Copy("gamma 0.75", "colour", _gamma(0.75)),
    Copy("gamma 1.35", "colour", _gamma(1.35)),
    Copy("contrast", "colour", lambda picture: ImageEnhance.Contrast(picture).enhance(1.3)),
    Copy("mirrored", "mirrored", ImageOps.mirror),
    Copy("mirrored, resized 0.5", "mirrored", lambda picture: _scaled(0.5)(ImageOps.mirror(picture))),
    Copy("white border 5 %", "bordered", _bordered(0.05, "white")),
    Copy("black border 10 %", "bordered", _bordered(0.10, "black")),
    Copy("letterbox", "bordered", _letterboxed),
    Copy("crop 5 % around", "cropped 5 %", _cropped(0.025, 0.025, 0.025, 0.025)),
    Copy("crop 5 % one side", "cropped 5 %", _cropped(0.05, 0, 0, 0)),
    Copy("crop 5 % below", "cropped 5 %", _cropped(0, 0, 0, 0.05)),
    Copy("crop 10 % around", "cropped 10 %", _cropped(0.05, 0.05, 0.05, 0.05)),
    Copy("crop 10 % one side", "cropped 10 %", _cropped(0, 0, 0.10, 0)),
    Copy("crop 10 % above", "cropped 10 %", _cropped(0, 0.10, 0, 0)),
    Copy("caption", "overlaid", _captioned),
    Copy("watermark", "overlaid", _watermarked),
    Copy("rotated 1°", "rotated", _rotated(1)),
    Copy("rotated 3°", "rotated", _rotated(3)),
)
PLAIN = frozenset({"resized", "re-compressed"})
"""The families that `medium` must find."""


def made(folder: Path, *, scenes: int, seed: int, real: Mapping[str, Path]) -> list[Entry]:
    """Write the files below ``folder`` and say what they are. ``real`` are pictures by name, to be copied."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[Entry] = []
    for scene, kind, picture in _scenes(scenes, seed, real):
        first = f"{scene}.jpg"
        _save(picture, folder / first, JPEG)
        entries.append(Entry(first, scene, kind, ""))
        if kind not in ("photograph", "real"):
            continue
        for number, copy in enumerate(COPIES):
            name = f"{scene}-{number:02d}.{copy.saved[0].lower()}"
            _save(copy.change(picture), folder / name, copy.saved)
            entries.append(Entry(name, scene, kind, copy.name))
    return entries


def _save(picture: Picture, path: Path, saved: Saved) -> None:
    body = io.BytesIO()
    picture.save(body, saved[0], **saved[1])
    path.write_bytes(body.getvalue())


def _scenes(scenes: int, seed: int, real: Mapping[str, Path]) -> Iterator[tuple[str, str, Picture]]:
    rng = np.random.default_rng(seed)
    for number in range(scenes):
        width = int(rng.integers(480, 900))
        size = (width, round(width * float(rng.choice([0.667, 0.75, 1.0, 1.333]))))
        yield f"photo{number:04d}", "photograph", photograph(seed * 100_000 + number, *size)
    for name, path in real.items():
        picture = _opened(path)
        away = ImageStat.Stat(picture.convert("L").resize((64, 64))).stddev[0]
        if away >= FLAT and min(picture.size) >= SMALLEST:
            yield name, "real", picture
    yield from _alike(scenes // 4, seed, rng)
    for number in range(scenes // 2):
        yield f"text{number:04d}", "text", _text(rng)
        yield f"graphic{number:04d}", "graphic", _graphic(rng)


def _opened(path: Path) -> Picture:
    with Image.open(path) as image:
        picture = image.convert("RGBA")
    on_white = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(on_white, picture).convert("RGB")
    picture.thumbnail((1000, 1000))
    return picture


def _alike(count: int, seed: int, rng: np.random.Generator) -> Iterator[tuple[str, str, Picture]]:
    """Pictures of one place, no copies: the camera moved by a sixth, or another thing stands there."""
    for number in range(count):
        wide = photograph(seed * 100_000 + 50_000 + number, 1000, 600)
        for shot, left in enumerate((0, 130, 260)):
            yield f"burst{number:04d}-{shot}", "burst", wide.crop((left, 0, left + 740, 600))
        for thing in range(2):
            scene = wide.copy()
            _stand(scene, rng, thing)
            yield f"object{number:04d}-{thing}", "other object", scene


def _stand(scene: Picture, rng: np.random.Generator, thing: int) -> None:
    """Something large in the middle, about a quarter of the picture, never twice the same."""
    pen = ImageDraw.Draw(scene)
    colour = tuple(int(c) for c in rng.integers(0, 256, 3))
    x, y = (float(rng.uniform(0.3, 0.5)) * side for side in scene.size)
    w, h = (float(rng.uniform(0.25, 0.35)) * side for side in scene.size)
    if thing:
        pen.ellipse((x - w / 2, y - h / 2, x + w, y + h), fill=colour)
    else:
        pen.polygon([(x, y - h), (x + w, y + h), (x - w, y + h * 0.8)], fill=colour)


def _text(rng: np.random.Generator) -> Picture:
    """A page of words."""
    page = Image.new("RGB", (600, 800), "white")
    pen = ImageDraw.Draw(page)
    top = 40
    while top < 760:
        words = (int(size) for size in rng.integers(2, 11, int(rng.integers(3, 10))))
        line = " ".join("".join(chr(97 + int(c)) for c in rng.integers(0, 26, size)) for size in words)
        size = int(rng.choice([16, 16, 16, 24]))
        pen.text((50, top), line, fill="black", font_size=size)
        top += size + int(rng.choice([8, 8, 30]))
    return page


def _graphic(rng: np.random.Generator) -> Picture:
    """A flat sign or a gradient with a sign on it."""
    one, two, three = (tuple(int(c) for c in rng.integers(0, 256, 3)) for _ in range(3))
    image = Image.new("RGB", (512, 512), one)
    if rng.random() < 0.5:
        ramp = Image.linear_gradient("L").rotate(float(rng.uniform(0, 360))).resize((512, 512))
        image = Image.composite(Image.new("RGB", (512, 512), two), image, ramp)
    pen = ImageDraw.Draw(image)
    x, y = (float(v) for v in rng.uniform(150, 360, 2))
    r = float(rng.uniform(60, 150))
    if rng.random() < 0.5:
        pen.ellipse((x - r, y - r, x + r, y + r), fill=three)
    else:
        pen.regular_polygon((x, y, r), int(rng.integers(3, 8)), rotation=int(rng.integers(0, 90)), fill=three)
    return image
