"""Pillow, with all but the one decoder that is wanted kept out."""

import io
from collections.abc import Callable
from typing import TypeVar

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from pixcrawler.adapters.imaging.outline import MOST_PIXELS, Outline
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason

T = TypeVar("T")

PILLOWS_NAME = {
    Format.JPEG: "JPEG",
    Format.PNG: "PNG",
    Format.WEBP: "WEBP",
    Format.GIF: "GIF",
    Format.BMP: "BMP",
    Format.TIFF: "TIFF",
    Format.AVIF: "AVIF",
}

# Imported here and held: a child opens no file, so what it needs must be loaded before it starts.
# What Pillow makes of a JPEG with several pictures in it is MPO.
DECODERS = (BmpImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin)

TRUNCATED = ("truncated", "premature end", "unexpected end", "not enough", "end of file", "eof")
UNSUPPORTED = ("unsupported", "not supported", "unknown compression")
MEMORY = ("out of memory", "cannot allocate", "memory error")


def prepare_pillow() -> None:
    """Settings of the whole process: one thread, strict decoding, Pillow's own pixel limit at ours."""
    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def opened(data: bytes, form: Format) -> ImageFile.ImageFile:
    """The picture, its header read, no pixel decoded. Raises whatever Pillow's plugin raises."""
    return Image.open(io.BytesIO(data), formats=(PILLOWS_NAME[form],))


def decoded_from(data: bytes, form: Format, outline: Outline, decode: Callable[[bytes], T]) -> T:
    """What ``decode`` makes of the bytes that its decoder needs. Of a JPEG these are all, for its profile;
    where that fails, there may be junk between its segments, which the look leaves out."""
    if form is Format.JPEG:
        try:
            return decode(data)
        except OSError:
            pass
    return decode(outline.body)


def verdict(error: Exception) -> Refused:
    """What an exception out of a decoder says about the file."""
    if isinstance(error, Refused):
        return error
    unknown = isinstance(error, UnidentifiedImageError)  # its own words have an address in them
    text = "the decoder can make nothing of it" if unknown else f"{type(error).__name__}: {error}"
    lower = text.lower()
    if isinstance(error, MemoryError) or any(sign in lower for sign in MEMORY):
        return Refused(Reason.DECODE_LIMIT, "decoding needs more memory than a child has")
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return Refused(Reason.TOO_MANY_PIXELS, text)
    if isinstance(error, EOFError) or any(sign in lower for sign in TRUNCATED):
        return Refused(Reason.TRUNCATED, text)
    if any(sign in lower for sign in UNSUPPORTED):
        return Refused(Reason.UNSUPPORTED_FORMAT, text)
    return Refused(Reason.CORRUPT, text)
