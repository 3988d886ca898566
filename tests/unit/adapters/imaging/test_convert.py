"""Pictures of every kind, converted: what comes out looks as what went in."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from pixcrawler.adapters.imaging.conversions import packed as as_number
from pixcrawler.adapters.imaging.conversions import unpacked
from pixcrawler.adapters.imaging.convert import convert
from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.opening import prepare_pillow
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.adapters.imaging.thumbnail import thumbnail
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.imaging.facts import Format
from tests.unit.adapters.imaging.pictures import exif, packed, photograph, png, with_exif

PHOTO = photograph(120, 90)
TO = {wanted: Conversion(format=wanted) for wanted in PictureFormat}
QUICK = [pytest.param(one, marks=[pytest.mark.long] * (one is PictureFormat.AVIF)) for one in PictureFormat]
CORNERS = ("red", "lime", "blue", "white")


@pytest.fixture(autouse=True, scope="module")
def pillow() -> None:
    prepare_pillow()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean over all samples, 0 to 255."""
    first, second = (np.asarray(image.convert("RGB"), np.float32) for image in (one, other))
    return float(np.abs(first - second).mean())


def corners() -> Image.Image:
    """64 x 48, each quarter in a colour of its own."""
    image = Image.new("RGB", (64, 48))
    for number, colour in enumerate(CORNERS):
        image.paste(colour, (number % 2 * 32, number // 2 * 24, number % 2 * 32 + 32, number // 2 * 24 + 24))
    return image


SOURCES: dict[str, bytes] = {
    "jpeg": packed(PHOTO, "JPEG", quality=95),
    "progressive jpeg": packed(PHOTO, "JPEG", quality=95, progressive=True),
    "grey jpeg": packed(PHOTO.convert("L"), "JPEG"),
    "cmyk jpeg": packed(PHOTO.convert("CMYK"), "JPEG", quality=95),
    "png": packed(PHOTO, "PNG"),
    "palette png": packed(PHOTO.quantize(64), "PNG"),
    "black and white png": packed(PHOTO.convert("1"), "PNG"),
    "grey and alpha png": packed(PHOTO.convert("LA"), "PNG"),
    "alpha png": packed(PHOTO.convert("RGBA"), "PNG"),
    "webp": packed(PHOTO, "WEBP", lossless=True),
    "gif": packed(PHOTO, "GIF"),
    "bmp": packed(PHOTO, "BMP"),
    "tiff": packed(PHOTO, "TIFF"),
    "cmyk tiff": packed(PHOTO.convert("CMYK"), "TIFF"),
    "avif": packed(PHOTO, "AVIF", quality=95),
}


@pytest.mark.parametrize("wanted", QUICK)
@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_picture_looks_the_same_in_every_format(name: str, wanted: PictureFormat) -> None:
    data = SOURCES[name]
    made, form, size = convert(data, TO[wanted])
    image = opened(made)
    assert (image.format, form.value, image.size, size) == (
        wanted.name,
        wanted.extension,
        (120, 90),
        (120, 90),
    )
    assert difference(image, opened(data)) < 10
    assert image.mode in ("L", "RGB", "RGBA")
    assert convert(data, TO[wanted])[0] == made


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_deep_grey_keeps_its_highest_bits(mode: str) -> None:
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(1, 256).repeat(16, 0)
    image = Image.fromarray(ramp if mode == "I;16" else ramp.astype(np.int32 if mode == "I" else np.float32))
    made, _, _ = convert(packed(image, "TIFF"), TO[PictureFormat.PNG])
    assert np.abs(np.asarray(opened(made), np.int16)[0] - np.arange(256)).max() <= 1


def test_16_bits_of_png_become_8() -> None:
    ramp = Image.fromarray(np.linspace(0, 65_535, 256).astype(np.uint16).reshape(1, 256).repeat(16, 0))
    made, _, _ = convert(packed(ramp, "PNG"), TO[PictureFormat.WEBP])
    assert abs(opened(made).convert("L").getpixel((128, 8)) - 128) < 4  # type: ignore[operator]


@pytest.mark.parametrize("wanted", [PictureFormat.PNG, PictureFormat.WEBP, PictureFormat.AVIF])
def test_transparency_stays_where_the_format_has_it(wanted: PictureFormat) -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    made, _, _ = convert(packed(clear, "PNG"), TO[wanted])
    assert opened(made).convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_transparency_becomes_white_in_jpeg() -> None:
    clear = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    made, _, _ = convert(packed(clear, "PNG"), TO[PictureFormat.JPEG])
    assert opened(made).getpixel((16, 16)) == (255, 255, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("wanted", QUICK)
def test_the_orientation_is_applied_and_said_no_more(wanted: PictureFormat, orientation: int) -> None:
    stored = with_exif(packed(corners(), "JPEG", quality=95, subsampling=0), exif(orientation))
    made, _, size = convert(stored, TO[wanted])
    image, shown = opened(made), upright(stored)
    assert image.size == size == shown.size
    assert difference(image, shown) < 8
    assert image.getexif().get(274, 1) == 1


def upright(data: bytes) -> Image.Image:
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(opened(data))
    assert turned is not None
    return turned


@pytest.mark.parametrize("wanted", QUICK)
@pytest.mark.parametrize("size", [(1000, 40), (40, 1000), (300, 300), (31, 17)])
def test_the_longer_side_is_held_and_nothing_is_enlarged(
    size: tuple[int, int], wanted: PictureFormat
) -> None:
    wish = Conversion(format=wanted, max_side=100)
    made, _, shown = convert(packed(photograph(*size), "JPEG"), wish)
    share = min(1.0, 100 / max(size))
    assert opened(made).size == shown == tuple(max(1, round(side * share)) for side in size)


def test_a_picture_that_is_small_enough_is_left_as_it_is() -> None:
    assert convert(SOURCES["jpeg"], Conversion(max_side=120))[0] == SOURCES["jpeg"]
    assert convert(SOURCES["jpeg"], Conversion(max_side=119))[2] == (119, 89)


@pytest.mark.parametrize("name", [*SOURCES])
def test_without_a_format_a_smaller_picture_stays_in_its_own(name: str) -> None:
    data = SOURCES[name]
    made, form, size = convert(data, Conversion(max_side=60))
    assert (opened(made).format, form.name, size) == (opened(data).format, opened(data).format, (60, 45))


@pytest.mark.parametrize("marker", [b"\xff\x03", b"\xff\xf6"])
def test_junk_between_the_segments_of_a_jpeg_is_left_out_as_by_the_look(marker: bytes) -> None:
    data = packed(PHOTO, "JPEG")
    odd = data[:2] + marker + b"\0\6junk" + data[2:]
    looked_at = look(odd)
    made, _, size = convert(odd, TO[PictureFormat.PNG])
    assert (looked_at.width, looked_at.height) == size == PHOTO.size
    assert difference(opened(made), opened(data)) == 0
    assert opened(thumbnail(odd, 40)).size == (40, 30)


@pytest.mark.parametrize("quality", [None, 90, 100])
def test_noise_fits_into_a_jpeg(quality: int | None) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 2, (300, 300, 3), np.uint8) * 255)
    made, _, _ = convert(packed(noise, "PNG"), Conversion(format=PictureFormat.JPEG, quality=quality))
    assert len(made) > 300 * 300
    assert opened(made).size == (300, 300)


@pytest.mark.parametrize("wanted", [PictureFormat.JPEG, PictureFormat.WEBP, PictureFormat.AVIF])
def test_quality_counts(wanted: PictureFormat) -> None:
    sizes = [
        len(convert(SOURCES["png"], Conversion(format=wanted, quality=quality))[0]) for quality in (5, 50, 95)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 2


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SWAPPED = SRGB.replace(b"rXYZ", b"xxxx").replace(b"bXYZ", b"rXYZ").replace(b"xxxx", b"bXYZ")
"""A display whose red is blue and whose blue is red."""


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("profile", "expected"),
    [(SRGB, "red"), (SWAPPED, "blue"), (b"no profile", "red")],
    ids=["srgb", "swapped", "broken"],
)
def test_colours_become_those_of_srgb(profile: bytes, expected: str, form: str) -> None:
    data = packed(Image.new("RGB", (32, 32), "red"), form, icc_profile=profile)
    image = opened(convert(data, TO[PictureFormat.PNG])[0])
    assert difference(image, Image.new("RGB", (32, 32), expected)) < 4
    assert "icc_profile" not in image.info


@pytest.mark.parametrize("wanted", QUICK)
def test_of_an_animation_the_first_frame_is_taken(wanted: PictureFormat) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue", "green")]
    for form in ("GIF", "WEBP", "PNG", "AVIF"):
        data = packed(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
        image = opened(convert(data, TO[wanted])[0])
        assert getattr(image, "n_frames", 1) == 1
        red, _, blue = image.convert("RGB").getpixel((16, 16))  # type: ignore[misc]
        assert (red > 200, blue < 60) == (True, True)


def test_a_side_that_a_format_cannot_hold_is_refused_with_why() -> None:
    with pytest.raises(Refused, match="WEBP holds 16383 pixels a side and this picture is 17000 x 2"):
        convert(png(17_000, 2), TO[PictureFormat.WEBP])
    assert convert(png(17_000, 20), Conversion(format=PictureFormat.WEBP, max_side=16_000))[2] == (16_000, 19)


BROKEN: list[Any] = [
    b"",
    b"x" * 100,
    SOURCES["jpeg"][:800],
    SOURCES["png"][:800],
    SOURCES["webp"][:200],
    png(60_000, 60_000),
]


@pytest.mark.parametrize("data", BROKEN, ids=lambda data: f"{len(data)} bytes")
@pytest.mark.parametrize(
    "wish", [TO[PictureFormat.JPEG], Conversion(strip_metadata=True)], ids=["jpeg", "strip"]
)
def test_what_is_no_whole_picture_is_refused(data: bytes, wish: Conversion) -> None:
    with pytest.raises(Refused):
        convert(data, wish)


@pytest.mark.parametrize(
    "wish",
    [
        *TO.values(),
        Conversion(strip_metadata=True),
        Conversion(max_side=16),
        Conversion(format=PictureFormat.AVIF, quality=100, max_side=16_383, strip_metadata=True),
        Conversion(quality=1),
    ],
    ids=str,
)
def test_a_wish_survives_the_wire(wish: Conversion) -> None:
    assert unpacked(as_number(wish)) == wish
    assert as_number(wish) < 1 << 32


def test_formats_are_told_by_their_extension() -> None:
    assert {form.value for form in Format} >= {wanted.extension for wanted in PictureFormat}
