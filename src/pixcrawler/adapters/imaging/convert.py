"""From a file's bytes to those of the converted picture. Runs in the child.

Pixels are written anew as people see the picture: its first frame, its orientation applied, its colours in
sRGB with 8 bits. The profile goes, because loaders of datasets do not look at it. EXIF goes along unless
metadata is to be dropped; XMP, IPTC and comments do not. When nothing but dropping metadata is asked for, the
file is taken apart and put together again without decoding it, where its format allows that.
"""

import warnings

from PIL import Image

from pixcrawler.adapters.imaging.channels import with_plain_channels
from pixcrawler.adapters.imaging.encoding import encoded
from pixcrawler.adapters.imaging.exif import without_orientation
from pixcrawler.adapters.imaging.look import as_shown
from pixcrawler.adapters.imaging.magic import format_of
from pixcrawler.adapters.imaging.opening import decoded_from, opened, verdict
from pixcrawler.adapters.imaging.outline import Outline, hold_to_limits
from pixcrawler.adapters.imaging.outlines import OUTLINES, png
from pixcrawler.adapters.imaging.stripping import STRIPPED
from pixcrawler.adapters.imaging.thumbnail import in_srgb
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.imaging.facts import Format

FORMATS = {
    PictureFormat.JPEG: Format.JPEG,
    PictureFormat.PNG: Format.PNG,
    PictureFormat.WEBP: Format.WEBP,
    PictureFormat.AVIF: Format.AVIF,
}
GAP = 3.0
"""Resizing reduces by whole factors first, to no less than this many times the wanted size."""

Made = tuple[bytes, Format, tuple[int, int]]
"""The file, its format, and its sides as a viewer shows them."""


def convert(data: bytes, conversion: Conversion) -> Made:
    """Raise Refused, and nothing else."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return _convert(data, conversion)
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything
        raise verdict(error) from None


def _convert(data: bytes, conversion: Conversion) -> Made:
    form = format_of(data)
    outline = OUTLINES[form](data)
    if not _needs_pixels(form, outline, conversion):
        kept = STRIPPED[form](data, outline.orientation) if conversion.strip_metadata else data
        return kept, form, _shown_size(kept, form)
    picture, exif = _decoded(data, form, outline, conversion.max_side)
    wanted = form if conversion.format is None else FORMATS[conversion.format]
    exif = b"" if conversion.strip_metadata else without_orientation(exif)
    return encoded(picture, wanted, conversion.quality, exif), wanted, picture.size


def _needs_pixels(form: Format, outline: Outline, conversion: Conversion) -> bool:
    """A picture that is small enough already is not encoded once more for nothing."""
    if conversion.format is not None or conversion.quality is not None:
        return True
    if conversion.max_side is not None and max(outline.size) > conversion.max_side:
        return True
    return conversion.strip_metadata and form not in STRIPPED


def _shown_size(data: bytes, form: Format) -> tuple[int, int]:
    outline = OUTLINES[form](data)
    width, height = outline.size
    return (height, width) if outline.orientation >= 5 else (width, height)


def _decoded(data: bytes, form: Format, outline: Outline, longest: int | None) -> tuple[Image.Image, bytes]:
    """The first frame as shown, in L, RGB or RGBA for sRGB, no side longer than asked; and the EXIF block."""
    return decoded_from(data, form, outline, lambda body: _plain(body, data, form, outline, longest))


def _plain(
    body: bytes, data: bytes, form: Format, outline: Outline, longest: int | None
) -> tuple[Image.Image, bytes]:
    with opened(body, form) as image:
        hold_to_limits(image.size, image.width * image.height)
        profile = png.profile(data) if form is Format.PNG else image.info.get("icc_profile")
        exif = png.exif(data) if form is Format.PNG else image.info.get("exif", b"")
        if longest is not None and max(image.size) > longest:
            share = GAP * longest / max(image.size)
            image.draft(None, (max(1, int(image.width * share)), max(1, int(image.height * share))))
        image.load()
        picture = _fitting(with_plain_channels(image), longest)
    grey = picture.mode == "L"
    picture = in_srgb(picture, profile)
    if grey and not profile:
        picture = picture.convert("L")
    if form is not Format.TIFF:  # Pillow turns those itself
        picture = as_shown(picture, outline.orientation)
    return picture, exif if isinstance(exif, bytes) else b""


def _fitting(image: Image.Image, longest: int | None) -> Image.Image:
    if longest is None or max(image.size) <= longest:
        return image
    share = longest / max(image.size)
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=GAP)
