"""The orientation is read from whatever there is, and broken blocks are as good as none."""

import random
import struct

import pytest

from pixcrawler.adapters.imaging.exif import orientation_of
from tests.unit.adapters.imaging.pictures import exif


@pytest.mark.parametrize("orientation", range(1, 9))
def test_reads_each_orientation(orientation: int) -> None:
    assert orientation_of(exif(orientation)) == orientation
    assert orientation_of(exif(orientation)[6:]) == orientation


def test_reads_little_endian_blocks() -> None:
    block = b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHIHH", 274, 3, 1, 6, 0)
    assert orientation_of(block) == 6


@pytest.mark.parametrize("orientation", [0, 9, 255, 65_535])
def test_an_orientation_that_does_not_exist_is_upright(orientation: int) -> None:
    assert orientation_of(exif(orientation)) == 1


def test_an_orientation_of_another_type_is_upright() -> None:
    assert orientation_of(exif(6, kind=2)) == 1


@pytest.mark.parametrize("length", range(len(exif(6)) - 6))
def test_a_block_that_is_cut_off_is_upright(length: int) -> None:
    assert orientation_of(exif(6)[:length]) == 1


def test_a_directory_that_points_at_itself_ends() -> None:
    assert orientation_of(b"MM\0*" + struct.pack(">IH", 0, 65_535) * 100) == 1


def test_any_bytes_give_an_orientation() -> None:
    dice = random.Random(3)
    for _ in range(500):
        block = b"II*\0" + struct.pack("<I", dice.randrange(40)) + dice.randbytes(60)
        assert 1 <= orientation_of(block) <= 8
