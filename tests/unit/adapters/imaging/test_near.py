"""Near-duplicates among pictures, and among very many."""

import random
from functools import cache

import pytest
from PIL import Image, ImageEnhance

from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.near import LEVELS, MultiIndexNearDuplicates
from pixcrawler.domain.imaging.facts import Facts, Format
from tests.unit.adapters.imaging.pictures import packed, photograph

NEAR = MultiIndexNearDuplicates()
PHOTO = photograph(640, 480)
COPIES = {
    "quality 40": packed(PHOTO, "JPEG", quality=40),
    "half the size": packed(PHOTO.resize((320, 240)), "JPEG", quality=80),
    "as png": packed(PHOTO, "PNG"),
    "as webp": packed(PHOTO, "WEBP", quality=60),
    "brighter": packed(ImageEnhance.Brightness(PHOTO).enhance(1.1), "JPEG"),
}


def facts(phash: int, dhash: int = 0x0F1E2D3C4B5A6978, detail: int = 200, width: int = 800) -> Facts:
    return Facts(Format.JPEG, width, 600, 1, "RGB", 1, phash, dhash, detail)


@cache
def others() -> tuple[Facts, ...]:
    """Seven pictures that resemble nothing."""
    return tuple(look(packed(photograph(640, 480, seed=seed), "JPEG")) for seed in range(1, 8))


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("level", ["medium", "high"])
def test_a_copy_is_found(copy: str, level: str) -> None:
    original = look(packed(PHOTO, "JPEG", quality=92))
    assert NEAR.pairs([*others(), original, look(COPIES[copy])], level) == [(7, 8)]


def test_a_turned_copy_is_found_when_its_exif_says_so() -> None:
    tags = Image.Exif()
    tags[274] = 8
    turned = packed(PHOTO.transpose(Image.Transpose.ROTATE_270), "JPEG", exif=tags, quality=92)
    assert NEAR.pairs([look(packed(PHOTO, "JPEG")), look(turned)], "medium") == [(0, 1)]


@pytest.mark.parametrize("level", LEVELS)
def test_different_photographs_are_not_near(level: str) -> None:
    album = [look(packed(photograph(200, 150, seed=seed), "JPEG")) for seed in range(60)]
    assert NEAR.pairs(album, level) == []


@pytest.mark.parametrize("level", LEVELS)
def test_flat_pictures_are_not_near(level: str) -> None:
    flats = [Image.new("RGB", (90, 60), colour) for colour in ("black", "white", "red", "navy")]
    gradients = [Image.linear_gradient("L"), Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_180)]
    assert NEAR.pairs([look(packed(image, "PNG")) for image in flats + gradients], level) == []


@pytest.mark.parametrize("level", LEVELS)
def test_smooth_pictures_are_not_near_by_phash_alone(level: str) -> None:
    one, other = facts(9, detail=5), facts(9, 0xF0E1D2C3B4A59687, detail=5)
    assert NEAR.pairs([one, other], level) == []
    assert NEAR.pairs([one, facts(9, detail=5, width=850)], level) == []
    assert NEAR.pairs([one, facts(9, detail=5)], level) == [(0, 1)]


@pytest.mark.parametrize("level", LEVELS)
def test_the_second_hash_and_the_shape_have_a_say(level: str) -> None:
    assert NEAR.pairs([facts(9), facts(9, 0xF0E1D2C3B4A59687)], level) == []
    assert NEAR.pairs([facts(9), facts(9, width=1600)], level) == []


def test_smooth_pictures_are_near_by_a_dhash_that_says_something() -> None:
    album = [facts(0, detail=5), facts(2**64 - 1, 0x0F1E2D3C4B5A6978 ^ 0b111, detail=9)]
    assert [NEAR.pairs(album, level) for level in LEVELS] == [[], [(0, 1)], [(0, 1)]]


def test_levels_differ_in_the_bits_that_may_differ() -> None:
    album = [facts(0), facts(0b11), facts(0b1111 << 20), facts(0x3F << 30), facts(0xFF << 50)]
    assert NEAR.pairs(album, "low") == [(0, 1)]
    assert NEAR.pairs(album, "medium") == [(0, 1), (0, 2), (0, 3), (1, 2)]
    assert {(0, 4), (1, 4), (2, 4)} <= set(NEAR.pairs(album, "high"))


def test_a_mirror_image_is_found_at_high_alone() -> None:
    mirrored = look(packed(PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "JPEG", quality=85))
    album = [look(packed(PHOTO, "JPEG")), mirrored]
    assert [NEAR.pairs(album, level) for level in LEVELS] == [[], [], [(0, 1)]]


def test_a_slightly_cropped_copy_is_found_at_high() -> None:
    cropped = look(packed(PHOTO.crop((16, 12, 624, 468)), "JPEG", quality=85))
    assert NEAR.pairs([look(packed(PHOTO, "JPEG")), cropped], "high") == [(0, 1)]


def test_what_is_near_to_a_picture_is_near_to_those_with_equal_hashes() -> None:
    album = [facts(0), facts(0), facts(0b11), facts(0)]
    assert NEAR.pairs(album, "low") == [(0, 1), (0, 2), (0, 3), (1, 2), (2, 3)]


@pytest.mark.parametrize("level", ["none", *LEVELS])
@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare_gives_no_pairs(level: str, count: int) -> None:
    assert NEAR.pairs([facts(1)] * count, level) == []


def test_none_finds_nothing() -> None:
    assert NEAR.pairs([facts(1), facts(1)], "none") == []


def test_a_level_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no level 'extreme': none, low, medium, high"):
        NEAR.pairs([facts(1)], "extreme")


def test_a_hundred_thousand_copies_of_one_picture_are_one_group_in_few_pairs() -> None:
    assert len(NEAR.pairs([facts(77)] * 100_000, "high")) == 99_999


@pytest.mark.parametrize("level", ["medium", pytest.param("high", marks=pytest.mark.long)])
def test_a_hundred_thousand_hashes_in_one_corner_do_not_explode(level: str) -> None:
    dice = random.Random(4)
    album = [facts(dice.getrandbits(20) << 1, dice.getrandbits(64)) for _ in range(100_000)]
    planted = facts(dice.getrandbits(64), 5 << 30)
    found = NEAR.pairs([*album, planted, planted], level)
    assert (100_000, 100_001) in found
    assert len(found) < 1000


def test_planted_pairs_are_found_among_many() -> None:
    dice = random.Random(5)
    album = [facts(dice.getrandbits(64), dice.getrandbits(64)) for _ in range(20_000)]
    planted = []
    for number in range(500):
        turned = sum(1 << bit for bit in dice.sample(range(64), 4))
        planted.append((number, len(album)))
        album.append(facts(album[number].phash ^ turned, album[number].dhash))
    assert set(NEAR.pairs(album, "medium")) == set(planted)
