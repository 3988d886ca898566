"""What every Inspector says of the same files."""

import io
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from unittest.mock import ANY

import imagehash
import pytest
from PIL import Image, ImageOps

from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.application.ports.inspector import Inspector, Unreadable
from pixcrawler.domain.imaging.appearance import Appearance
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.bodies import Bodies, TempBody
from tests.fakes.inspector import PillowInspector
from tests.unit.adapters.imaging.pictures import packed, photograph, png

PHOTO = photograph(400, 300)
MakeBody = Callable[[bytes], TempBody]


@pytest.fixture(scope="module", params=["fake", "children"])
async def inspector(request: pytest.FixtureRequest) -> AsyncIterator[Inspector]:
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield PillowInspector()
        else:
            yield await stack.enter_async_context(ChildInspector(1))


@pytest.fixture
def body(tmp_path: Path) -> Iterator[MakeBody]:
    bodies = Bodies(tmp_path)

    def make(data: bytes) -> TempBody:
        made = bodies()
        made.write(data)
        return made

    yield make
    bodies.close()


@pytest.mark.parametrize("form", list(Format))
async def test_tells_format_and_size(inspector: Inspector, body: MakeBody, form: Format) -> None:
    facts = await inspector.inspect(body(packed(PHOTO, form.name)))
    assert isinstance(facts, Facts)
    assert (facts.format, facts.width, facts.height, facts.frames) == (form, 400, 300, 1)


async def test_hashes_are_those_of_imagehash(inspector: Inspector, body: MakeBody) -> None:
    data = packed(PHOTO, "JPEG", quality=92)
    facts = await inspector.inspect(body(data))
    assert isinstance(facts, Facts)
    with Image.open(io.BytesIO(data)) as full:
        assert (facts.phash ^ int(str(imagehash.phash(full)), 16)).bit_count() <= 4
        assert (facts.dhash ^ int(str(imagehash.dhash(full)), 16)).bit_count() <= 4


async def test_a_flat_picture_has_no_detail_and_a_photograph_has(
    inspector: Inspector, body: MakeBody
) -> None:
    flat = await inspector.inspect(body(png(50, 50)))
    photo = await inspector.inspect(body(packed(PHOTO, "PNG")))
    assert isinstance(flat, Facts)
    assert isinstance(photo, Facts)
    assert flat.detail == 0
    assert photo.detail >= 24


async def test_a_basic_look_tells_format_and_size_and_hashes_nothing(
    inspector: Inspector, body: MakeBody
) -> None:
    facts = await inspector.inspect(body(packed(PHOTO, "JPEG")), Validation.BASIC)
    assert isinstance(facts, Facts)
    assert (facts.format, facts.width, facts.height) == (Format.JPEG, 400, 300)
    assert (facts.phash, facts.dhash, facts.detail, facts.scores) == (0, 0, 0, None)
    assert facts.validation is Validation.BASIC


async def test_only_a_strict_look_gives_scores(inspector: Inspector, body: MakeBody) -> None:
    standard = await inspector.inspect(body(packed(PHOTO, "JPEG")))
    strict = await inspector.inspect(body(packed(PHOTO, "JPEG")), Validation.STRICT)
    flat = await inspector.inspect(body(png(400, 80)), Validation.STRICT)
    assert isinstance(standard, Facts)
    assert isinstance(strict, Facts)
    assert isinstance(flat, Facts)
    assert (standard.scores, standard.validation) == (None, Validation.STANDARD)
    assert strict.scores is not None
    assert strict.validation is Validation.STRICT
    assert flat.scores is not None
    assert flat.scores.low_information == flat.scores.dark == 1 > 0.5 > strict.scores.low_information
    assert flat.scores.odd_aspect == pytest.approx(0.8)
    assert flat.scores.issues == ()


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_sees_a_picture_as_it_is_shown(inspector: Inspector, body: MakeBody, orientation: int) -> None:
    tags = Image.Exif()
    tags[274] = orientation
    data = packed(PHOTO, "JPEG", exif=tags)
    facts = await inspector.inspect(body(data))
    assert isinstance(facts, Facts)
    with Image.open(io.BytesIO(data)) as stored:
        shown = ImageOps.exif_transpose(stored)
    assert (facts.width, facts.height, facts.orientation) == (*shown.size, orientation)
    assert (facts.phash ^ int(str(imagehash.phash(shown)), 16)).bit_count() <= 4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_AN_IMAGE),
        (b"<html><body>Sorry</body></html>", Reason.NOT_AN_IMAGE),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Reason.UNSUPPORTED_FORMAT),
        (packed(PHOTO, "PPM"), Reason.UNSUPPORTED_FORMAT),
        (packed(PHOTO, "JPEG2000"), Reason.UNSUPPORTED_FORMAT),
        (packed(PHOTO, "JPEG")[:-4000], Reason.TRUNCATED),
        (packed(PHOTO, "PNG")[:-4000], Reason.TRUNCATED),
        (png(20_000, 20_000), Reason.TOO_MANY_PIXELS),
    ],
    ids=["empty", "html", "svg", "ppm", "jpeg 2000", "cut jpeg", "cut png", "bomb"],
)
async def test_says_why_a_file_is_not_taken(
    inspector: Inspector, body: MakeBody, data: bytes, reason: Reason
) -> None:
    verdict = await inspector.inspect(body(data))
    assert isinstance(verdict, Unreadable)
    assert verdict.reason is reason
    assert verdict.evidence
    assert "\n" not in verdict.evidence


async def test_a_thumbnail_fits_and_leaves_the_descriptor_open(inspector: Inspector, body: MakeBody) -> None:
    tags = Image.Exif()
    tags[274] = 6
    descriptor = body(packed(PHOTO, "JPEG", exif=tags)).open_for_reading()
    try:
        for side, size in ((100, (75, 100)), (256, (192, 256))):
            small = await inspector.thumbnail(descriptor, side)
            assert isinstance(small, bytes)
            with Image.open(io.BytesIO(small)) as image:
                assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        os.fstat(descriptor)
    finally:
        os.close(descriptor)


async def test_no_thumbnail_of_what_is_not_a_picture(inspector: Inspector, body: MakeBody) -> None:
    descriptor = body(b"<html>").open_for_reading()
    try:
        verdict = await inspector.thumbnail(descriptor, 100)
    finally:
        os.close(descriptor)
    assert isinstance(verdict, Unreadable)
    assert verdict.reason is Reason.NOT_AN_IMAGE


async def test_a_glance_tells_colours_and_transparency(inspector: Inspector, body: MakeBody) -> None:
    red = await inspector.glance(body(packed(Image.new("RGB", (80, 60), (220, 20, 30)), "JPEG")))
    grey = await inspector.glance(body(packed(Image.new("L", (80, 60), 128), "PNG")))
    clear = Image.new("RGBA", (80, 60), (20, 40, 220, 255))
    clear.paste((0, 0, 0, 0), (0, 0, 40, 60))
    half = await inspector.glance(body(packed(clear, "PNG")))
    assert isinstance(red, Appearance)
    assert isinstance(grey, Appearance)
    assert isinstance(half, Appearance)
    assert (red.colors, red.transparent) == (frozenset({"color", "red"}), False)
    assert "monochrome" in grey.colors
    assert "blue" in half.colors
    assert half.transparent


async def test_a_glance_at_no_picture_is_refused_by_name(inspector: Inspector, body: MakeBody) -> None:
    assert await inspector.glance(body(b"<html>")) == Unreadable(Reason.NOT_AN_IMAGE, ANY)
