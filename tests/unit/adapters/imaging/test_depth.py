"""Pictures of 16 and 32 bits and of floats are seen as the same picture of 8 bits is."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pixcrawler.adapters.imaging.depth import in_eight_bits
from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.thumbnail import small_in_srgb
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.validation import Validation
from tests.unit.adapters.imaging.pictures import packed, photograph

GREY = photograph(seed=11).convert("L")
LEVELS = np.asarray(GREY, np.float64)
PLAIN = look(packed(GREY, "PNG"), Validation.STRICT)


def tiff(values: np.ndarray[Any, Any], *, order: str = "<", photometric: int = 1) -> bytes:
    """One strip, as TIFF 6.0 has it; the kind of the samples is that of the array."""
    kinds = {"u": 1, "i": 2, "f": 3}
    height, width = values.shape
    pixels = values.astype(values.dtype.newbyteorder(order)).tobytes()
    sizes = {256: width, 257: height, 278: height, 279: len(pixels), 258: 8 * values.dtype.itemsize}
    tags = {**sizes, 259: 1, 262: photometric, 273: 8, 277: 1, 339: kinds[values.dtype.kind]}
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in sorted(tags.items()))
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, 8 + len(pixels))
    return head + pixels + struct.pack(f"{order}H", len(tags)) + entries + bytes(4)


FILES: dict[str, Callable[[], bytes]] = {
    "png, 16 bits": lambda: packed(Image.fromarray((LEVELS * 257).astype(np.uint16)), "PNG"),
    "8 bits in 16": lambda: tiff(LEVELS.astype(np.uint16)),
    "12 bits in 16": lambda: tiff((LEVELS * 16).astype(np.uint16)),
    "16 bits": lambda: tiff((LEVELS * 257).astype(np.uint16)),
    "16 bits, big-endian": lambda: tiff((LEVELS * 257).astype(np.uint16), order=">"),
    "16 bits, white is zero": lambda: tiff((65_535 - LEVELS * 257).astype(np.uint16), photometric=0),
    "8 bits in 32": lambda: tiff(LEVELS.astype(np.int32)),
    "16 bits in 32": lambda: tiff((LEVELS * 257).astype(np.int32)),
    "32 bits": lambda: tiff((LEVELS * 2**23).astype(np.int32)),
    "32 bits, unsigned": lambda: tiff((LEVELS * 2**24).astype(np.uint32)),
    "floats to 1": lambda: tiff((LEVELS / 255).astype(np.float32)),
    "floats to 255": lambda: tiff(LEVELS.astype(np.float32)),
    "floats to 65535, big-endian": lambda: tiff((LEVELS * 257).astype(np.float32), order=">"),
}
STRANGE: dict[str, Callable[[], bytes]] = {
    "16 bits, signed": lambda: tiff((LEVELS * 128 - 16_384).astype(np.int16)),
    "16 bits, a corner of the range": lambda: tiff((LEVELS * 8 + 30_000).astype(np.uint16)),
    "floats from -1 to 1": lambda: tiff((LEVELS / 127.5 - 1).astype(np.float32)),
    "floats above 1": lambda: tiff((LEVELS / 200).astype(np.float32)),
    "metres above the sea": lambda: tiff((LEVELS * 3 + 1_200).astype(np.float32)),
    "floats of any size": lambda: tiff((LEVELS * 1e30).astype(np.float32)),
}


def apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


def near(facts: Facts) -> bool:
    return apart(facts.phash, PLAIN.phash) <= 4 and apart(facts.dhash, PLAIN.dhash) <= 4


@pytest.mark.parametrize("name", FILES)
def test_a_deep_picture_looks_like_its_8_bit_version(name: str) -> None:
    data = FILES[name]()
    facts = look(data, Validation.STRICT)
    assert near(facts)
    assert near(look(data))
    assert facts.scores is not None
    assert PLAIN.scores is not None
    for kind in ("dark", "bright", "low_information", "blur"):
        assert getattr(facts.scores, kind) == pytest.approx(getattr(PLAIN.scores, kind), abs=0.03)
    small = np.asarray(small_in_srgb(data, 320).convert("L"), np.int16)
    assert np.abs(small - LEVELS).max() <= 2


@pytest.mark.parametrize("name", STRANGE)
def test_one_of_another_range_has_the_hashes_of_its_8_bit_version(name: str) -> None:
    assert near(look(STRANGE[name]()))


def test_what_is_no_number_is_black_and_spoils_nothing() -> None:
    values = (LEVELS / 255).astype(np.float32)
    values[3, 5], values[4, 6], values[5, 7] = np.nan, np.inf, -np.inf
    shown = np.asarray(in_eight_bits(Image.fromarray(values)), np.int16)
    assert (shown[3, 5], shown[4, 6], shown[5, 7]) == (0, 255, 0)
    shown[3, 5], shown[4, 6], shown[5, 7] = LEVELS[3, 5], LEVELS[4, 6], LEVELS[5, 7]
    assert np.abs(shown - LEVELS).max() <= 1


@pytest.mark.parametrize("value", [0.0, 0.5, -3.0, 1e30, np.nan, np.inf])
def test_a_flat_picture_stays_flat(value: float) -> None:
    for stretched in (False, True):
        shown = in_eight_bits(Image.new("F", (40, 30), value), stretched=stretched)
        low, high = shown.getextrema()
        assert low == high


def test_the_noise_of_a_flat_picture_is_no_picture() -> None:
    noise = np.random.default_rng(3).integers(30_000, 30_200, (64, 64), dtype=np.uint16)
    assert look(tiff(noise)).detail < 24


def test_a_dark_picture_of_16_bits_is_dark() -> None:
    dark = look(tiff((LEVELS / 8 * 257).astype(np.uint16)), Validation.STRICT)
    assert dark.scores is not None
    assert dark.scores.dark > 0.7
