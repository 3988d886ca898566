"""From a file's bytes to its facts. Runs in the child; nothing here is trusted to end or to stay small."""

import warnings

from PIL import Image

from pixcrawler.adapters.imaging import hashes
from pixcrawler.adapters.imaging.exif import turned
from pixcrawler.adapters.imaging.jpeg import small_grey
from pixcrawler.adapters.imaging.magic import format_of
from pixcrawler.adapters.imaging.opening import opened, verdict
from pixcrawler.adapters.imaging.outline import Outline, hold_to_limits
from pixcrawler.adapters.imaging.outlines import OUTLINES
from pixcrawler.adapters.imaging.webp import luma
from pixcrawler.domain.imaging.facts import Facts, Format

Decoded = tuple[str, tuple[int, int], Image.Image]
"""Mode as stored; size and small grey picture as shown."""

SMALL_JPEG = 96
SMALL = 256

AS_SHOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def look(data: bytes) -> Facts:
    """Decode the first frame whole and hash it as a viewer shows it. Raise Refused, and nothing else.

    The hashes are of the grey picture without regard to transparency, which is what imagehash sees. The
    grey is reduced to at least 96 (JPEG) or 256 pixels on its shorter side first; the hashes stay within
    a few bits of those of the full picture.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return _facts(data)
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything
        raise verdict(error) from None


def _facts(data: bytes) -> Facts:
    form = format_of(data)
    outline = OUTLINES[form](data)
    mode, (width, height), grey = _jpeg(outline) if form is Format.JPEG else _other(form, outline)
    phash, detail = hashes.phash_and_detail(grey)
    return Facts(
        format=form,
        width=width,
        height=height,
        frames=outline.frames,
        mode=mode,
        orientation=outline.orientation,
        phash=phash,
        dhash=hashes.dhash(grey),
        detail=detail,
    )


def as_shown(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture with its EXIF orientation applied."""
    turn = AS_SHOWN.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _jpeg(outline: Outline) -> Decoded:
    grey = small_grey(outline, SMALL_JPEG)
    return outline.mode, turned(outline.size, outline.orientation), as_shown(grey, outline.orientation)


def _other(form: Format, outline: Outline) -> Decoded:
    with opened(outline.body, form) as image:
        hold_to_limits(image.size, image.width * image.height)
        mode = image.mode
        grey = luma(outline.body) if form is Format.WEBP and outline.frames == 1 else None
        if grey is None or grey.size != image.size:
            image.load()
            grey = image.convert("L")
    factor = min(grey.size) // SMALL
    if factor > 1:
        grey = grey.reduce(factor)
    if form is Format.TIFF:
        return mode, image.size, grey  # Pillow has turned it already
    return mode, turned(image.size, outline.orientation), as_shown(grey, outline.orientation)
