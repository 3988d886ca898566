"""Metadata goes, the picture stays as it is, and is shown as before."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from pixcrawler.adapters.imaging.convert import convert
from pixcrawler.adapters.imaging.exif import orientation_of, saying, without_orientation
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.imaging.facts import Format
from tests.unit.adapters.imaging.pictures import chunk, packed, photograph, with_exif

STRIP = Conversion(strip_metadata=True)
PHOTO = photograph(64, 48)
SECRET = b"52.5200N-13.4050E"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
LOSSLESS = ["JPEG", "progressive JPEG", "PNG", "WEBP", "lossless WEBP"]


def telling(orientation: int = 6) -> bytes:
    """EXIF with a place, a maker's note and an orientation."""
    exif = Image.Exif()
    exif[274], exif[271], exif[0x9286] = orientation, SECRET.decode(), SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 29: SECRET.decode()})
    return exif.tobytes()


def loaded(form: str, orientation: int = 6) -> bytes:
    """The photograph with everything that a camera and its owner put into a file."""
    exif = telling(orientation)
    if form.endswith("JPEG"):
        data = packed(
            PHOTO, "JPEG", exif=exif, icc_profile=PROFILE, comment=SECRET, xmp=b"<x>" + SECRET + b"</x>",
            progressive=form != "JPEG",
        )  # fmt: skip
        iptc = b"Photoshop 3.0\0" + SECRET
        data = data[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + data[2:]
        return data + with_exif(
            packed(PHOTO, "JPEG"), exif
        )  # a second picture behind the first, as phones do
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Comment", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        data = packed(PHOTO, "PNG", exif=exif, icc_profile=PROFILE, pnginfo=texts)
        return data[:-12] + chunk(b"prVt", SECRET) + data[-12:] + SECRET
    return packed(PHOTO, "WEBP", exif=exif, icc_profile=PROFILE, xmp=SECRET, lossless=form != "WEBP")


def shown(data: bytes) -> Image.Image:
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert image is not None
    return image


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("form", LOSSLESS)
def test_everything_told_goes_and_every_pixel_and_the_profile_stay(form: str, orientation: int) -> None:
    data = loaded(form, orientation)
    made, _, size = convert(data, STRIP)
    before, after = shown(data), shown(made)
    assert np.array_equal(np.asarray(before), np.asarray(after))
    assert size == before.size == after.size
    assert after.info.get("icc_profile") == PROFILE
    assert SECRET not in made
    told = Image.open(io.BytesIO(made)).getexif()
    assert dict(told) == ({} if orientation == 1 else {274: orientation})
    assert not told.get_ifd(0x8825)
    assert {"comment", "xmp", "photoshop", "Comment"}.isdisjoint(after.info)
    assert len(made) < len(data)


@pytest.mark.parametrize("form", LOSSLESS)
def test_stripping_twice_changes_nothing_more(form: str) -> None:
    once = convert(loaded(form), STRIP)[0]
    assert convert(once, STRIP)[0] == once


@pytest.mark.parametrize("form", ["AVIF", "TIFF"])
def test_what_cannot_be_taken_apart_is_written_anew(form: str) -> None:
    made, kept, size = convert(packed(PHOTO, form, exif=telling(1), icc_profile=PROFILE), STRIP)
    assert (kept.name, size) == (form, (64, 48))
    assert SECRET not in made
    assert not Image.open(io.BytesIO(made)).getexif().get_ifd(0x8825)


def test_an_animation_keeps_its_frames_and_loses_its_comments() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue", "green")]
    for form, more in (
        ("GIF", {"comment": SECRET}),
        ("WEBP", {"exif": telling()}),
        ("PNG", {"exif": telling()}),
    ):
        data = packed(frames[0], form, save_all=True, append_images=frames[1:], duration=100, loop=0, **more)
        made, _, _ = convert(data, STRIP)
        image = Image.open(io.BytesIO(made))
        assert (getattr(image, "n_frames", 1), image.info["loop"]) == (3, 0)
        assert SECRET not in made


def test_what_stands_behind_a_bmp_goes() -> None:
    data = packed(PHOTO, "BMP")
    assert convert(data + SECRET, STRIP)[0] == data


@pytest.mark.parametrize("wanted", PictureFormat)
@pytest.mark.parametrize("form", [*LOSSLESS, "TIFF", "AVIF"])
def test_written_anew_nothing_is_told_either(form: str, wanted: PictureFormat) -> None:
    data = packed(PHOTO, form, exif=telling()) if form in ("TIFF", "AVIF") else loaded(form)
    made, _, _ = convert(data, Conversion(format=wanted, strip_metadata=True))
    assert SECRET not in made
    assert not dict(Image.open(io.BytesIO(made)).getexif())


@pytest.mark.parametrize("wanted", PictureFormat)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_without_the_wish_exif_goes_along_but_its_orientation(form: str, wanted: PictureFormat) -> None:
    told = Image.open(io.BytesIO(convert(loaded(form), Conversion(format=wanted))[0])).getexif()
    assert told.get_ifd(0x8825)[29] == SECRET.decode()
    assert told.get(274, 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_minimal_block_says_the_orientation(orientation: int) -> None:
    assert orientation_of(saying(orientation)) == orientation
    assert orientation_of(without_orientation(saying(orientation))) == 1


@pytest.mark.parametrize(
    "block", [b"", b"Exif\0\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"x" * 50]
)
def test_a_broken_block_is_dropped(block: bytes) -> None:
    assert without_orientation(block) == b""


@pytest.mark.parametrize("end", [b"", b";", b"\0junk" + SECRET, b"GIF89a" + SECRET])
def test_a_gif_ends_where_viewers_end_it(end: bytes) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    data = packed(frames[0], "GIF", save_all=True, append_images=frames[1:])
    made, _, _ = convert(data[:-1] + end, STRIP)
    assert made == convert(data, STRIP)[0]
    assert getattr(Image.open(io.BytesIO(made)), "n_frames", 1) == 2


@pytest.mark.parametrize("form", [form for form in Format if form not in (Format.TIFF, Format.AVIF)])
def test_a_file_cut_anywhere_is_refused_or_shown(form: Format) -> None:
    data = packed(PHOTO, form.name)
    for end in range(0, len(data), max(1, len(data) // 20)):
        from pixcrawler.adapters.imaging.refusal import Refused

        try:
            made, _, size = convert(data[:end], STRIP)
        except Refused:
            continue
        assert size == (64, 48)
        assert made
