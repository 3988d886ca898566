"""A small JPEG of any accepted picture. Runs in the child."""

import io
import warnings

from PIL import Image, ImageCms

from pixcrawler.adapters.imaging.channels import with_plain_channels
from pixcrawler.adapters.imaging.encoding import on_white
from pixcrawler.adapters.imaging.look import as_shown
from pixcrawler.adapters.imaging.magic import format_of
from pixcrawler.adapters.imaging.opening import decoded_from, opened, verdict
from pixcrawler.adapters.imaging.outline import Outline, hold_to_limits
from pixcrawler.adapters.imaging.outlines import OUTLINES, png
from pixcrawler.domain.imaging.facts import Format

QUALITY = 80
SRGB = ImageCms.createProfile("sRGB")


def thumbnail(data: bytes, side: int) -> bytes:
    """JPEG, sRGB, orientation applied, transparency on white, no metadata, fits a square of ``side`` pixels.

    Never larger than the picture. Raise Refused, and nothing else.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            return _thumbnail(data, side)
    except Exception as error:  # noqa: BLE001 - a hostile file may raise anything
        raise verdict(error) from None


def _thumbnail(data: bytes, side: int) -> bytes:
    packed = io.BytesIO()
    small = on_white(small_in_srgb(data, side))
    small.info.clear()  # a comment would go along
    small.save(packed, "JPEG", quality=QUALITY, optimize=True)
    return packed.getvalue()


def small_in_srgb(data: bytes, side: int) -> Image.Image:
    """The picture as shown, in RGB or RGBA, fitting a square of ``side`` pixels. Raises what decoders do."""
    form = format_of(data)
    outline = OUTLINES[form](data)
    return decoded_from(data, form, outline, lambda body: _small(body, data, form, outline, side))


def _small(body: bytes, data: bytes, form: Format, outline: Outline, side: int) -> Image.Image:
    with opened(body, form) as image:
        hold_to_limits(image.size, image.width * image.height)
        profile = png.profile(data) if form is Format.PNG else image.info.get("icc_profile")
        share = side / max(image.size)
        image.draft(None, (max(1, int(image.width * share)), max(1, int(image.height * share))))
        image.load()
        small = with_plain_channels(image)
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    small = in_srgb(small, profile)
    if form is not Format.TIFF:  # Pillow turns those itself
        small = as_shown(small, outline.orientation)
    return small


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA for sRGB; a profile that is broken or of other channels is as good as none."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(colours, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        colours = converted or colours
    colours = colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours
