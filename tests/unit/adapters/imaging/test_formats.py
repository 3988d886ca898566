"""Every format that people meet is taken for what it is or refused by its name, on every level."""

import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.adapters.imaging.thumbnail import thumbnail
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.unit.adapters.imaging.every_format import ACCEPTED, JPEG, NO_PICTURES, UNSUPPORTED
from tests.unit.adapters.imaging.pictures import (
    chunk,
    exif,
    gif_bomb,
    packed,
    photograph,
    png,
    repeated,
    with_exif,
    with_size,
)

LEVELS = list(Validation)
PHOTO = photograph(320, 240)


def refused(data: bytes, level: Validation) -> Refused:
    with pytest.raises(Refused) as caught:
        look(data, level)
    return caught.value


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_good_file_is_taken_for_what_it_is_on_every_level(name: str) -> None:
    make, form, mode, frames = ACCEPTED[name]
    data = make()
    for level in LEVELS:
        facts = look(data, level)
        assert (facts.format, facts.mode, facts.frames) == (form, mode, frames)
        assert facts.validation is level
        assert (facts.scores is not None) == (level is Validation.STRICT)
    assert thumbnail(data, 32).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_a_format_that_is_not_accepted_is_refused_by_its_name_on_every_level(name: str) -> None:
    make, told = UNSUPPORTED[name]
    for level in LEVELS:
        verdict = refused(make(), level)
        assert verdict.reason is Reason.UNSUPPORTED_FORMAT
        assert told in verdict.evidence


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_called_what_it_is_on_every_level(name: str) -> None:
    make, told = NO_PICTURES[name]
    for level in LEVELS:
        verdict = refused(make(), level)
        assert verdict.reason is Reason.NOT_AN_IMAGE
        assert told in verdict.evidence


@pytest.mark.parametrize("level", [Validation.STANDARD, Validation.STRICT])
@pytest.mark.parametrize("form", list(Format))
def test_a_file_cut_off_anywhere_is_truncated_and_the_evidence_names_its_format(
    form: Format, level: Validation
) -> None:
    data = packed(PHOTO, form.name)
    for share in (0.25, 0.5, 0.99):
        verdict = refused(data[: int(len(data) * share)], level)
        assert verdict.reason is Reason.TRUNCATED
        assert form.name in verdict.evidence


POLYGLOTS: dict[str, Callable[[], tuple[bytes, Format]]] = {
    "png and zip": lambda: (png(40, 30) + b"PK\3\4" + bytes(40) + b"PK\5\6" + bytes(18), Format.PNG),
    "jpeg and zip": lambda: (JPEG + b"PK\3\4" + bytes(40) + b"PK\5\6" + bytes(18), Format.JPEG),
    "gif and script": lambda: (
        packed(Image.new("P", (0x2A2F % 256, 20)), "GIF") + b"/*/=1;alert(document.domain)//",
        Format.GIF,
    ),
    "jpeg and html": lambda: (
        JPEG[:2] + b"\xff\xfe" + struct.pack(">H", 40) + b"<script>alert(1)</script>".ljust(38) + JPEG[2:],
        Format.JPEG,
    ),
    "jpeg and pdf": lambda: (
        JPEG[:2] + b"\xff\xfe" + struct.pack(">H", 20) + b"%PDF-1.7\n".ljust(18) + JPEG[2:] + b"%%EOF",
        Format.JPEG,
    ),
    "png and php": lambda: (png(40, 30, chunk(b"tEXt", b"c\0<?php system($_GET[0]);")), Format.PNG),
    "webp and script": lambda: (packed(PHOTO, "WEBP") + b"<script>", Format.WEBP),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_that_is_two_things_is_the_picture_that_it_starts_as(name: str) -> None:
    data, form = POLYGLOTS[name]()
    for level in LEVELS:
        assert look(data, level).format is form
    assert b"<script>" not in thumbnail(data, 64)
    assert b"PK\3\4" not in thumbnail(data, 64)


LONG_TEXT = zlib.compress(bytes(20_000_000))
BULK: dict[str, Callable[[], bytes]] = {
    "zTXt": lambda: png(40, 30, chunk(b"zTXt", b"x\0\0" + LONG_TEXT)),
    "iTXt": lambda: png(40, 30, chunk(b"iTXt", b"x\0\1\0\0\0" + LONG_TEXT)),
    "iCCP": lambda: png(40, 30, chunk(b"iCCP", b"x\0\0" + LONG_TEXT)),
    "broken iCCP": lambda: png(40, 30, chunk(b"iCCP", b"x\0\0rubbish")),
    "profile of 5 MB": lambda: png(40, 30, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(5_000_000)))),
    "exif of 10 MB": lambda: png(40, 30, chunk(b"eXIf", exif(1)[6:] + bytes(10_000_000))),
    "exif that points at itself": lambda: with_exif(
        JPEG, b"Exif\0\0MM\0*" + struct.pack(">IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    ),
    "broken profile": lambda: (
        JPEG[:2] + b"\xff\xe2" + struct.pack(">H", 200) + b"ICC_PROFILE\0\5\1" + bytes(184) + JPEG[2:]
    ),
}


@pytest.mark.parametrize("name", BULK)
def test_bulky_and_broken_extras_cost_nothing(name: str) -> None:
    for level in LEVELS:
        assert look(BULK[name](), level).width in (40, 96)


def test_ten_thousand_frames_and_pages_are_counted_and_one_page_more_is_refused() -> None:
    tiny = packed(Image.new("L", (10, 10)), "GIF")
    assert look(repeated(tiny, 10_000)).frames == 10_000
    assert look(tiff_of(10_000)).frames == 10_000
    for level in LEVELS:
        assert refused(tiff_of(10_001), level).reason is Reason.TOO_MANY_PIXELS


def tiff_of(pages: int) -> bytes:
    """Pages of one pixel, all showing the same byte."""
    tags = ((256, 3, 1), (257, 3, 1), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 1))
    page = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags)
    size = len(page) + 4
    starts = range(16, 16 + pages * size, size)
    chain = [*starts[1:], 0]
    head = b"II*\0" + struct.pack("<I", 16) + bytes(8)
    return head + b"".join(page + struct.pack("<I", following) for following in chain)


@pytest.mark.parametrize("level", LEVELS)
def test_boxes_within_boxes_end(level: Validation) -> None:
    boxes = b""
    for _ in range(5_000):
        boxes = struct.pack(">I4s", 8 + 4 + len(boxes), b"meta") + bytes(4) + boxes
    verdict = refused(struct.pack(">I", 20) + b"ftypavif\0\0\0\0avif" + boxes, level)
    assert verdict.reason in (Reason.CORRUPT, Reason.TRUNCATED)
    assert "AVIF" in verdict.evidence


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": lambda: png(9_000, 9_000),
    "jpeg": lambda: with_size(JPEG, 60_000, 60_000),
    "65,535 x 1": lambda: with_size(JPEG, 65_535, 1),
    "1 x 65,535": lambda: with_size(JPEG, 1, 65_535),
    "gif, each frame legal": lambda: gif_bomb(60, 4000),
    "apng": lambda: png(4000, 4000, chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_their_headers_on_every_level(name: str) -> None:
    for level in LEVELS:
        assert refused(BOMBS[name](), level).reason is Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_level_tells_the_size_as_a_viewer_shows_it(form: str, orientation: int) -> None:
    tags = Image.Exif()
    tags[274] = orientation
    data = packed(PHOTO, form, exif=tags if form == "TIFF" else tags.tobytes())
    size = (240, 320) if orientation > 4 else (320, 240)
    for level in LEVELS:
        facts = look(data, level)
        assert (facts.width, facts.height, facts.orientation) == (*size, orientation)


@pytest.mark.parametrize("name", ["png 0 x 10", "jpeg 0 x 10"])
def test_a_picture_without_area_is_corrupt_on_every_level(name: str) -> None:
    data = png(0, 10) if name.startswith("png") else with_size(JPEG, 0, 10)
    for level in LEVELS:
        assert refused(data, level).reason is Reason.CORRUPT


def test_a_basic_look_decodes_nothing() -> None:
    half = packed(PHOTO, "JPEG")[:4_000]
    facts = look(half, Validation.BASIC)
    assert (facts.width, facts.height) == (320, 240)
    assert (facts.phash, facts.dhash, facts.detail) == (0, 0, 0)
    assert refused(half, Validation.STANDARD).reason is Reason.TRUNCATED
