"""An inspector without processes: Pillow and imagehash, for files that a test made itself."""

import io
import os
from collections.abc import Callable
from typing import TypeVar

import imagehash
import msgspec
from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from pixcrawler.application.ports.inspector import Readable, Unreadable
from pixcrawler.domain.imaging.appearance import Appearance
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

FORMATS = {"JPEG": Format.JPEG, "MPO": Format.JPEG} | {form.name: form for form in Format}
MOST_PIXELS = 50_000_000
ORIENTATION = 274
T = TypeVar("T", Facts, bytes, Appearance)


class PillowInspector:
    """The same verdicts as the real one on ordinary files. Counts what it was asked."""

    def __init__(self) -> None:
        self.inspected = 0

    async def inspect(self, body: Readable, level: Validation = Validation.STANDARD) -> Facts | Unreadable:
        self.inspected += 1
        descriptor = body.open_for_reading()
        try:
            return _verdict(_read(descriptor), lambda image: _at(level, _facts(image), image))
        finally:
            os.close(descriptor)

    async def glance(self, body: Readable) -> Appearance | Unreadable:
        descriptor = body.open_for_reading()
        try:
            return _verdict(_read(descriptor), _appearance)
        finally:
            os.close(descriptor)

    async def thumbnail(self, descriptor: int, side: int) -> bytes | Unreadable:
        return _verdict(_read(descriptor), lambda image: _thumbnail(image, side))


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _verdict(data: bytes, act: Callable[[Image.Image], T]) -> T | Unreadable:
    if data.startswith(b"<svg"):
        return Unreadable(Reason.UNSUPPORTED_FORMAT, "SVG")
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format not in FORMATS:
                return Unreadable(Reason.UNSUPPORTED_FORMAT, image.format or "")
            if image.width * image.height > MOST_PIXELS:
                return Unreadable(Reason.TOO_MANY_PIXELS, f"{image.width} x {image.height}")
            return act(image)
    except Image.DecompressionBombError as error:
        return Unreadable(Reason.TOO_MANY_PIXELS, str(error))
    except UnidentifiedImageError:
        return Unreadable(Reason.NOT_AN_IMAGE, "not a picture")
    except (OSError, ValueError, SyntaxError) as error:
        return Unreadable(Reason.TRUNCATED if "truncated" in str(error) else Reason.CORRUPT, str(error)[:120])


def _facts(image: Image.Image) -> Facts:
    orientation = image.getexif().get(ORIENTATION, 1)
    mode, frames = image.mode, getattr(image, "n_frames", 1)
    shown = ImageOps.exif_transpose(image)
    low, high = shown.convert("L").getextrema()
    return Facts(
        format=FORMATS[image.format or ""],
        width=shown.width,
        height=shown.height,
        frames=frames,
        mode=mode,
        orientation=orientation,
        phash=int(str(imagehash.phash(shown)), 16),
        dhash=int(str(imagehash.dhash(shown)), 16),
        detail=0 if low == high else 255,
    )


def _at(level: Validation, facts: Facts, image: Image.Image) -> Facts:
    if level is Validation.BASIC:
        return msgspec.structs.replace(facts, phash=0, dhash=0, detail=0, validation=level)
    scores = _scores(image) if level is Validation.STRICT else None
    return msgspec.structs.replace(facts, validation=level, scores=scores)


def _scores(image: Image.Image) -> Scores:
    """By the extremes alone."""
    low, high = (value / 255 for value in ImageStat.Stat(image.convert("L")).extrema[0])
    flat = float(low == high)
    return Scores(
        blur=0,
        dark=1 - high,
        bright=low,
        low_information=flat,
        odd_aspect=1 - min(image.size) / max(image.size),
        placeholder=flat,
        watermark=0,
    )


def _appearance(image: Image.Image) -> Appearance:
    """By the mean colour alone; red, green and blue are all that it knows."""
    clear = image.convert("RGBA").getchannel("A").getextrema()[0] == 0
    mean = ImageStat.Stat(image.convert("RGB")).mean
    if max(mean) - min(mean) < 32:
        return Appearance(frozenset({"monochrome"}), clear)
    return Appearance(frozenset({"color", ("red", "green", "blue")[mean.index(max(mean))]}), clear)


def _thumbnail(image: Image.Image, side: int) -> bytes:
    shown = ImageOps.exif_transpose(image).convert("RGB")
    shown.thumbnail((side, side))
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=80)
    return file.getvalue()
