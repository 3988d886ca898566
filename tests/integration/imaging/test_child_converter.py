"""Children that convert: one that dies, hangs or bloats costs its own picture and nobody else's."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from pixcrawler.adapters.imaging.converter import ChildConverter
from pixcrawler.application.ports.converter import Converted
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import CannotConvert
from pixcrawler.domain.shared.errors import Unavailable
from tests.integration.imaging.conftest import family, gone, until
from tests.integration.imaging.test_hostile_corpus import flipped
from tests.unit.adapters.imaging.every_format import ACCEPTED
from tests.unit.adapters.imaging.pictures import packed, photograph, png, tiff_of_directories

PHOTOS = [packed(photograph(seed=seed), "JPEG") for seed in range(4)]
LARGEST = png(7000, 7000, bits=8, colour=2)  # 49 megapixels in 150 kB
SLOW = tiff_of_directories(20_000)  # minutes of processor time, if it were let
TO_WEBP = Conversion(format=PictureFormat.WEBP)
WISHES = [
    *(Conversion(format=wanted, max_side=64) for wanted in PictureFormat),
    Conversion(strip_metadata=True),
]


async def each(
    converter: ChildConverter, pictures: list[bytes], wish: Conversion = TO_WEBP
) -> list[Converted | BaseException]:
    asking = (converter.convert(picture, wish) for picture in pictures)
    return await asyncio.gather(*asking, return_exceptions=True)


async def test_a_picture_that_needs_too_much_memory_is_refused_and_its_neighbours_are_not() -> None:
    async with ChildConverter(1, memory_bytes=300 << 20) as converter:
        first, large, *others = await each(converter, [PHOTOS[0], LARGEST, *PHOTOS[1:]])
    assert isinstance(large, CannotConvert)
    assert "memory" in str(large)
    assert all(isinstance(made, Converted) for made in (first, *others))


@pytest.mark.long
async def test_a_picture_that_takes_too_long_is_refused_and_its_neighbours_are_not() -> None:
    async with ChildConverter(1, cpu_seconds=1) as converter:
        first, slow, *others = await each(converter, [PHOTOS[0], SLOW, *PHOTOS[1:]])
    assert isinstance(slow, CannotConvert)
    assert "processor time" in str(slow)
    assert all(isinstance(made, Converted) for made in (first, *others))


async def test_killed_children_cost_no_picture_and_nobody_waits_for_ever() -> None:
    async with ChildConverter(2) as converter:
        asking = [asyncio.ensure_future(converter.convert(PHOTOS[n % 4], TO_WEBP)) for n in range(40)]
        await asking[0]
        for child in family()[1]:
            child.kill()
        assert all(isinstance(made, Converted) for made in await asyncio.gather(*asking))


async def test_a_picture_larger_than_a_packet_comes_whole() -> None:
    noise = packed(photograph(900, 700), "BMP")
    async with ChildConverter(1) as converter:
        made = await converter.convert(noise, Conversion(strip_metadata=True))
        assert made.data == noise
        assert (made.format, made.width, made.height) == ("bmp", 900, 700)


async def test_nothing_is_left_behind_and_a_closed_one_says_so() -> None:
    async with ChildConverter(2) as converter:
        await converter.convert(PHOTOS[0], TO_WEBP)
        zygotes, children = family()
        waiting = asyncio.ensure_future(converter.convert(LARGEST, TO_WEBP))
        await asyncio.sleep(0)
    await until(lambda: gone(zygotes + children))
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await converter.convert(PHOTOS[0], TO_WEBP)


@pytest.mark.long
@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.format or "strip")
async def test_every_accepted_file_is_converted(wish: Conversion) -> None:
    files = {name: make() for name, (make, *_) in ACCEPTED.items()}
    async with ChildConverter(2) as converter:
        made = dict(zip(files, await each(converter, [*files.values()], wish), strict=True))
    refused = {name: str(one) for name, one in made.items() if not isinstance(one, Converted)}
    assert refused == {}


@pytest.mark.long
@pytest.mark.parametrize("wanted", PictureFormat)
async def test_the_largest_picture_that_is_accepted_is_converted(wanted: PictureFormat) -> None:
    async with ChildConverter(1) as converter:
        made = await converter.convert(png(7000, 7000, bits=8, colour=6), Conversion(format=wanted))
    assert (made.width, made.height) == (7000, 7000)


async def through_all(files: list[bytes]) -> None:
    """Each file is converted or refused with a sentence, by a family that is as it was."""
    outcome: Counter[str] = Counter()
    async with ChildConverter(2, memory_bytes=1 << 30, cpu_seconds=10, deadline=60) as converter:
        for start in range(0, len(files), 32):
            for wish in WISHES:
                for made in await each(converter, files[start : start + 32], wish):
                    assert isinstance(made, Converted | CannotConvert), repr(made)
                    outcome[type(made).__name__] += 1
                    assert not isinstance(made, CannotConvert) or str(made).isprintable()
        assert len(family()[1]) <= 2
    assert outcome["Converted"]
    assert outcome["CannotConvert"]


async def test_files_with_flipped_bytes_are_converted_or_refused() -> None:
    await through_all(flipped(30, seed=5))


@pytest.mark.long
async def test_a_thousand_files_with_flipped_bytes_are_converted_or_refused() -> None:
    await through_all(flipped(1_000, seed=6))


@pytest.mark.long
async def test_files_that_once_broke_a_decoder_are_converted_or_refused(hostile: list[Path]) -> None:
    files = [path.read_bytes() for path in hostile]
    await through_all([data for data in files if len(data) < 30_000_000])
