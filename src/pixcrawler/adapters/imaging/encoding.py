"""Writing a picture. Runs in the child. The same pixels and options give the same bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason

USUAL = {Format.JPEG: 90, Format.WEBP: 85, Format.AVIF: 75}
"""Qualities where none is asked for: about alike to the eye."""
FINE = 90
"""From this quality on colours are not stored at half the resolution."""
LONGEST = {Format.JPEG: 65_500, Format.WEBP: 16_383, Format.AVIF: 65_535, Format.GIF: 65_535}
"""Pixels a side (ITU-T T.81 as in libjpeg, RFC 9649, AV1, GIF89a)."""
LARGEST_EXIF = 65_000
"""Bytes that fit into one segment of a JPEG."""
MOST_A_PIXEL = 4
"""Bytes: a JPEG of noise at its best quality comes to 3.3."""
WHITE = (255, 255, 255)
OPAQUE = frozenset({Format.JPEG, Format.BMP})


def encoded(picture: Image.Image, form: Format, quality: int | None, exif: bytes) -> bytes:
    """A file of this format; ``picture`` is in L, RGB or RGBA. Transparency is laid on white where the format
    has none. Raise Refused when it cannot hold a picture of this size."""
    longest = LONGEST.get(form)
    if longest is not None and max(picture.size) > longest:
        width, height = picture.size
        told = f"{form.name} holds {longest} pixels a side and this picture is {width} x {height}"
        raise Refused(Reason.TOO_MANY_PIXELS, told)
    plain = on_white(picture) if form in OPAQUE else picture.copy()
    plain.info = {}  # a comment, a profile, a resolution would go along
    options = _options(form, USUAL.get(form, 0) if quality is None else quality)
    if exif and len(exif) <= LARGEST_EXIF and form in USUAL | {Format.PNG: 0}:
        options["exif"] = exif
    try:
        return _saved(plain, form, options)
    except OSError:
        # libjpeg takes no pause when it optimises, and Pillow's buffer of a byte a pixel is too small for
        # noise, as that of a dithered GIF.
        if form is not Format.JPEG:
            raise
    with _room(MOST_A_PIXEL * plain.width * plain.height):
        return _saved(plain, form, options)


def _saved(picture: Image.Image, form: Format, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    picture.save(file, form.name, **options)
    return file.getvalue()


@contextmanager
def _room(size: int) -> Iterator[None]:
    """A buffer of so many bytes for encoders; the child does one thing at a time."""
    usual = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(usual, size)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = usual


def _options(form: Format, quality: int) -> dict[str, object]:
    fine = quality >= FINE
    match form:
        case Format.JPEG:
            return {"quality": quality, "optimize": True, "subsampling": 0 if fine else 2}
        case Format.WEBP:
            return {"quality": quality, "method": 4}
        case Format.AVIF:
            subsampling = "4:4:4" if fine else "4:2:0"
            return {"quality": quality, "speed": 6, "max_threads": 1, "subsampling": subsampling}
        case Format.TIFF:
            return {"compression": "tiff_adobe_deflate"}
        case _:
            return {}


def on_white(picture: Image.Image) -> Image.Image:
    """Without transparency."""
    if picture.mode != "RGBA":
        return picture.copy()
    page = Image.new("RGB", picture.size, WHITE)
    page.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
    return page
