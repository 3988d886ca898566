"""What every Converter does."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.imaging.converter import ChildConverter
from pixcrawler.application.ports.converter import Converter
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import CannotConvert
from tests.fakes.converter import StampingConverter
from tests.unit.adapters.imaging.pictures import packed, photograph

PHOTOS = [packed(photograph(8, 6, seed=seed), "PNG") for seed in range(6)]
NO_PICTURE = b"no picture"
TO_WEBP = Conversion(format=PictureFormat.WEBP)


@pytest.fixture(scope="module", params=["fake", "children"])
async def converter(request: pytest.FixtureRequest) -> AsyncIterator[Converter]:
    if request.param == "fake":
        yield StampingConverter(NO_PICTURE)
    else:
        async with ChildConverter(2) as children:
            yield children


@pytest.mark.parametrize("wanted", PictureFormat)
async def test_the_format_is_the_one_that_was_asked_for(converter: Converter, wanted: PictureFormat) -> None:
    made = await converter.convert(PHOTOS[0], Conversion(format=wanted))
    assert made.format == wanted.extension
    assert (made.width, made.height) == (8, 6)


async def test_without_a_format_each_picture_keeps_its_own(converter: Converter) -> None:
    assert (await converter.convert(PHOTOS[0], Conversion(strip_metadata=True))).format == "png"


async def test_the_same_gives_the_same(converter: Converter) -> None:
    assert await converter.convert(PHOTOS[0], TO_WEBP) == await converter.convert(PHOTOS[0], TO_WEBP)


async def test_many_at_once_are_each_answered_as_their_own(converter: Converter) -> None:
    alone = [await converter.convert(photo, TO_WEBP) for photo in PHOTOS]
    together = await asyncio.gather(*(converter.convert(photo, TO_WEBP) for photo in PHOTOS * 5))
    assert together == alone * 5
    assert len({made.data for made in alone}) == len(PHOTOS)


async def test_what_cannot_be_converted_is_refused_with_a_sentence_and_its_neighbours_are_not(
    converter: Converter,
) -> None:
    pictures = [PHOTOS[0], NO_PICTURE, PHOTOS[1]]
    first, refused, second = await asyncio.gather(
        *(converter.convert(one, TO_WEBP) for one in pictures), return_exceptions=True
    )
    assert isinstance(refused, CannotConvert)
    assert str(refused).endswith(".")
    assert len(str(refused)) > 10
    assert not isinstance(first, BaseException)
    assert not isinstance(second, BaseException)
