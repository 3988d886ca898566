"""What is said of good, odd and hostile files. The same code runs in the children."""

import contextlib
import io
import random
import struct
import zlib
from collections.abc import Callable

import imagehash
import pytest
from PIL import Image, ImageOps

from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason
from tests.unit.adapters.imaging.pictures import (
    chunk,
    exif,
    gif_bomb,
    gif_of,
    packed,
    photograph,
    png,
    repeated,
    with_exif,
    with_size,
)

PHOTO = photograph()
JPEG = packed(PHOTO, "JPEG", quality=90)
FILES = {
    "jpeg": JPEG,
    "progressive": packed(PHOTO, "JPEG", progressive=True),
    "png": packed(PHOTO, "PNG"),
    "webp": packed(PHOTO, "WEBP"),
    "lossless webp": packed(PHOTO, "WEBP", lossless=True),
    "gif": packed(PHOTO, "GIF"),
    "bmp": packed(PHOTO, "BMP"),
    "tiff": packed(PHOTO, "TIFF"),
    "packed tiff": packed(PHOTO, "TIFF", compression="tiff_lzw"),
    "avif": packed(PHOTO, "AVIF"),
}
MODES = {
    "grey jpeg": (packed(PHOTO.convert("L"), "JPEG"), "L"),
    "cmyk jpeg": (packed(PHOTO.convert("CMYK"), "JPEG"), "CMYK"),
    "1-bit png": (packed(PHOTO.convert("1"), "PNG"), "1"),
    "16-bit png": (packed(PHOTO.convert("I;16"), "PNG"), "I;16"),
    "palette png": (packed(PHOTO.quantize(64), "PNG", transparency=3), "P"),
    "alpha png": (packed(PHOTO.convert("RGBA"), "PNG"), "RGBA"),
    "grey alpha png": (packed(PHOTO.convert("LA"), "PNG"), "LA"),
    "cmyk tiff": (packed(PHOTO.convert("CMYK"), "TIFF"), "CMYK"),
    "alpha webp": (packed(PHOTO.convert("RGBA"), "WEBP", lossless=True, exact=True), "RGBX"),
}


def apart(one: int, other: imagehash.ImageHash) -> int:
    return (one ^ int(str(other), 16)).bit_count()


def refused(data: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        look(data)
    assert caught.value.evidence.isascii()
    assert 0 < len(caught.value.evidence) <= 120
    return caught.value.reason


@pytest.mark.parametrize("name", FILES)
def test_hashes_stay_close_to_those_of_the_full_picture(name: str) -> None:
    facts = look(FILES[name])
    with Image.open(io.BytesIO(FILES[name])) as full:
        assert (facts.width, facts.height, facts.frames) == (320, 240, 1)
        assert apart(facts.phash, imagehash.phash(full)) <= 4
        assert apart(facts.dhash, imagehash.dhash(full)) <= 4


@pytest.mark.parametrize("name", MODES)
def test_odd_modes_are_taken_for_what_they_are(name: str) -> None:
    data, mode = MODES[name]
    facts = look(data)
    with Image.open(io.BytesIO(data)) as full:
        assert facts.mode == full.mode or mode == "RGBX"
        assert apart(facts.phash, imagehash.phash(full)) <= 4


def test_large_pictures_are_hashed_from_a_reduced_copy() -> None:
    large = photograph(1600, 1100, seed=5)
    for form in ("JPEG", "PNG"):
        facts = look(packed(large, form))
        assert apart(facts.phash, imagehash.phash(large)) <= 4
        assert apart(facts.dhash, imagehash.dhash(large)) <= 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_turned_picture_is_seen_as_a_viewer_shows_it(form: str, orientation: int) -> None:
    tags = Image.Exif()
    tags[274] = orientation
    data = packed(PHOTO, form, exif=tags.tobytes()) if form != "TIFF" else packed(PHOTO, form, exif=tags)
    facts = look(data)
    with Image.open(io.BytesIO(data)) as stored:
        shown = ImageOps.exif_transpose(stored)
        assert (facts.width, facts.height) == shown.size == ((240, 320) if orientation > 4 else (320, 240))
        assert facts.orientation == orientation
        assert apart(facts.phash, imagehash.phash(shown)) <= 4
        assert apart(facts.dhash, imagehash.dhash(shown)) <= 4


BROKEN_EXIF = {
    "rubbish": b"Exif\0\0" + bytes(range(200)),
    "cyclic": b"Exif\0\0MM\0*" + struct.pack(">I", 8) + struct.pack(">HHHIIL", 1, 0x8769, 4, 1, 8, 8),
    "large": exif(6) + bytes(65_000),
}


@pytest.mark.parametrize("name", BROKEN_EXIF)
def test_broken_exif_costs_nothing(name: str) -> None:
    facts = look(with_exif(JPEG, BROKEN_EXIF[name]))
    assert facts.orientation == (6 if name == "large" else 1)
    assert look(png(40, 30, chunk(b"eXIf", BROKEN_EXIF[name]))).width in (30, 40)


def test_ten_megabytes_of_exif_cost_nothing() -> None:
    assert look(png(40, 30, chunk(b"eXIf", exif(8)[6:] + bytes(10_000_000)))).orientation == 8


def test_broken_and_bulky_profiles_and_texts_cost_nothing() -> None:
    bulk = zlib.compress(bytes(20_000_000))
    extra = [
        chunk(b"iCCP", b"x\0\0" + bulk),
        chunk(b"iCCP", b"x\0\0rubbish"),
        chunk(b"zTXt", b"x\0\0" + bulk),
        chunk(b"iTXt", b"x\0\1\0\0\0" + bulk),
    ]
    assert look(png(40, 30, *extra)).width == 40
    segment = b"\xff\xe2" + struct.pack(">H", 200) + b"ICC_PROFILE\0\5\1" + bytes(184)
    assert look(JPEG[:2] + segment + JPEG[2:]).width == 320


def test_junk_between_the_segments_of_a_jpeg_is_stepped_over() -> None:
    assert look(JPEG[:20] + bytes(7) + JPEG[20:]).width == 320


def test_padding_behind_the_scan_is_not_damage() -> None:
    assert look(JPEG[:-2] + bytes(64) + JPEG[-2:]).width == 320
    assert refused(JPEG[:-2] + b"\x12\x34" * 32 + JPEG[-2:]) is Reason.CORRUPT


@pytest.mark.parametrize("name", FILES)
def test_what_follows_the_picture_is_left_alone(name: str) -> None:
    archive = b"PK\3\4" + bytes(100) + b"<script>alert(1)</script>"
    assert look(FILES[name] + archive) == look(FILES[name])


@pytest.mark.parametrize("share", [0.25, 0.5, 0.99])
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_off_is_truncated(name: str, share: float) -> None:
    data = FILES[name]
    assert refused(data[: int(len(data) * share)]) is Reason.TRUNCATED


@pytest.mark.parametrize("name", FILES)
def test_a_header_alone_is_truncated(name: str) -> None:
    assert refused(FILES[name][:28]) in (Reason.TRUNCATED, Reason.NOT_AN_IMAGE)


def test_counts_frames_and_decodes_the_first() -> None:
    assert look(gif_of(7, side=20)).frames == 7
    frames = [photograph(60, 40, seed=seed) for seed in range(4)]
    for form in ("WEBP", "PNG", "AVIF", "TIFF"):
        data = packed(frames[0], form, save_all=True, append_images=frames[1:])
        assert look(data).frames == 4, form
    assert look(packed(PHOTO, "MPO", save_all=True, append_images=[PHOTO])).format is Format.JPEG


def test_ten_thousand_small_frames_and_pages_are_counted() -> None:
    assert look(repeated(packed(Image.new("L", (10, 10)), "GIF"), 10_000)).frames == 10_000
    pages = [Image.new("1", (8, 8))] * 300
    assert look(packed(pages[0], "TIFF", save_all=True, append_images=pages[1:])).frames == 300


NOT_PICTURES = {
    "nothing": b"",
    "one byte": b"\xff",
    "html": b"<!DOCTYPE html><html><body>Not found</body></html>",
    "pdf with a jpeg in it": b"%PDF-1.7\n" + JPEG,
    "zip": b"PK\3\4" + bytes(60),
    "json": b'{"error": "gone"}',
    "text": b"BM is how this begins, and it is not a bitmap at all.",
    "film": struct.pack(">I", 24) + b"ftypisom\0\0\2\0isommp41" + bytes(40),
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_not_a_picture_is_called_so(name: str) -> None:
    assert refused(NOT_PICTURES[name]) is Reason.NOT_AN_IMAGE


OTHER_FORMATS = {
    "HEIC": struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(40),
    "ICO": packed(PHOTO.resize((32, 32)), "ICO"),
    "PSD": b"8BPS\0\1" + bytes(40),
    "JPEG 2000": packed(PHOTO, "JPEG2000"),
    "Netpbm": packed(PHOTO, "PPM"),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "JPEG XL": b"\xff\x0a" + bytes(30),
    "DDS": b"DDS " + bytes(124),
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_formats_that_are_not_accepted_are_named(name: str) -> None:
    with pytest.raises(Refused, match=name) as caught:
        look(OTHER_FORMATS[name])
    assert caught.value.reason is Reason.UNSUPPORTED_FORMAT


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": lambda: png(30_000, 30_000),
    "jpeg": lambda: with_size(JPEG, 60_000, 60_000),
    "long jpeg": lambda: with_size(JPEG, 65_535, 1),
    "bmp": lambda: FILES["bmp"][:18] + struct.pack("<ii", 30_000, 20_000) + FILES["bmp"][26:999],
    "webp": lambda: struct.pack("<4sI8sI", b"RIFF", 30, b"WEBPVP8X", 10) + bytes(4) + b"\xff" * 6 + bytes(8),
    "gif, each frame legal": lambda: gif_bomb(60, 4000),
    "apng": lambda: png(4000, 4000, chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))),
    "tiff": lambda: packed(Image.new("1", (20_000, 20_000)), "TIFF", compression="group4"),
    "avif": lambda: packed(Image.new("L", (7500, 7500)), "AVIF", speed=10, quality=10),
}
"""Made when their test runs: some take long."""


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_their_headers(name: str) -> None:
    bomb = BOMBS[name]()
    assert len(bomb) < 200_000
    assert refused(bomb) is Reason.TOO_MANY_PIXELS


def test_a_picture_without_area_is_corrupt() -> None:
    assert refused(with_size(JPEG, 0, 10)) is Reason.CORRUPT
    assert refused(png(0, 10)) is Reason.CORRUPT


def test_a_tiff_whose_pages_form_a_ring_ends() -> None:
    page = struct.pack("<HHHII", 2, 256, 3, 1, 5) + struct.pack("<HHII", 257, 3, 1, 5) + struct.pack("<I", 8)
    assert refused(b"II*\0" + struct.pack("<I", 8) + page) in (Reason.CORRUPT, Reason.TRUNCATED)


def test_flipped_bytes_give_a_verdict_and_nothing_else() -> None:
    dice = random.Random(11)
    for data in FILES.values():
        for _ in range(12):
            flipped = bytearray(data)
            flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            with contextlib.suppress(Refused):
                assert look(bytes(flipped)).width > 0
