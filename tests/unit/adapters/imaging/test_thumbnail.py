"""Thumbnails fit, are upright, plain JPEG, and carry nothing over from the file."""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.adapters.imaging.thumbnail import thumbnail
from pixcrawler.domain.shared.reasons import Reason
from tests.unit.adapters.imaging.pictures import chunk, packed, photograph, png

PHOTO = photograph(400, 200)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def shown(data: bytes, side: int = 100) -> Image.Image:
    image = Image.open(io.BytesIO(thumbnail(data, side)))
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert not image.getexif()
    assert "icc_profile" not in image.info
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_fits_the_square(form: str) -> None:
    assert shown(packed(PHOTO, form)).size == (100, 50)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    form = "TIFF" if mode == "CMYK" else "PNG"
    assert shown(packed(PHOTO.convert(mode), form)).size == (100, 50)


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_deep_grey_keeps_its_highest_bits(mode: str) -> None:
    ramp = np.linspace(0, 65_535, 256).reshape(1, 256).repeat(64, 0)
    kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
    small = shown(packed(Image.fromarray(ramp.astype(kind)), "TIFF"), 256)
    assert np.abs(np.asarray(small.convert("L"), np.int16)[32] - np.arange(256)).max() < 6


def test_deep_grey_with_a_transparent_value_is_shown() -> None:
    ramp = Image.fromarray(np.linspace(0, 65_535, 256).astype(np.uint16).reshape(1, 256).repeat(64, 0))
    assert shown(packed(ramp, "PNG", transparency=7), 256).size == (256, 64)


def test_a_small_picture_is_not_enlarged() -> None:
    assert shown(packed(PHOTO.resize((20, 10)), "PNG")).size == (20, 10)


@pytest.mark.parametrize("form", ["JPEG", "TIFF", "PNG"])
def test_the_orientation_is_applied_and_dropped(form: str) -> None:
    corner = Image.new("RGB", (400, 200), "black")
    corner.paste("white", (0, 0, 200, 100))
    tags = Image.Exif()
    tags[274] = 6  # shown turned by 90 degrees clockwise
    image = shown(packed(corner, form, exif=tags))
    assert image.size == (50, 100)
    assert image.getpixel((40, 20)) == pytest.approx((255, 255, 255), abs=9)
    assert image.getpixel((10, 20)) == pytest.approx((0, 0, 0), abs=9)


def test_transparency_is_shown_on_white() -> None:
    assert shown(packed(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")).getpixel((9, 9)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_profile_is_applied_and_dropped(form: str) -> None:
    assert shown(packed(PHOTO, form, icc_profile=SRGB)).size == (100, 50)


def test_a_broken_profile_is_as_good_as_none() -> None:
    assert shown(packed(PHOTO, "JPEG", icc_profile=b"rubbish" * 30)).size == (100, 50)
    assert shown(png(64, 64, chunk(b"iCCP", b"x\0\0rubbish"))).size == (64, 64)


def test_a_profile_for_other_channels_is_as_good_as_none() -> None:
    assert shown(packed(PHOTO.convert("L"), "PNG", icc_profile=SRGB)).size == (100, 50)


def test_what_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        thumbnail(b"<html>", 100)
    assert caught.value.reason is Reason.NOT_AN_IMAGE
    with pytest.raises(Refused):
        thumbnail(png(30_000, 30_000), 100)
    with pytest.raises(Refused):
        thumbnail(packed(PHOTO, "PNG")[:-500], 100)
