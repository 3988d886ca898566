"""The hashes are those of the imagehash library, bit for bit."""

import imagehash
import numpy as np
import pytest
from PIL import Image

from pixcrawler.adapters.imaging.hashes import dhash, phash_and_detail
from tests.unit.adapters.imaging.pictures import photograph

DICE = np.random.default_rng(7)


def mirrored(size: int) -> Image.Image:
    half = DICE.integers(0, 256, (size, size // 2), dtype=np.uint8)
    return Image.fromarray(np.concatenate([half, half[:, ::-1]], axis=1))


def disc(size: int, radius: int) -> Image.Image:
    away = np.hypot(*(np.indices((size, size)) - (size - 1) / 2))
    return Image.fromarray(np.where(away < radius, 220, 30).astype(np.uint8))


PICTURES = {
    "noise": [Image.fromarray(DICE.integers(0, 256, (64, 96), dtype=np.uint8)) for _ in range(100)],
    "photographs": [photograph(seed=seed).convert("L") for seed in range(20)],
    "flat": [Image.new("L", (50, 40), grey) for grey in range(0, 256, 5)],
    "gradients": [Image.linear_gradient("L"), Image.linear_gradient("L").rotate(90)],
    "mirrored": [mirrored(side) for side in (32, 64, 128, 200)],
    "discs": [disc(64, radius) for radius in range(2, 45)],
    "tiny": [Image.new("L", (1, 1), 9), Image.new("L", (1, 900), 9), photograph(3, 2).convert("L")],
}


@pytest.mark.parametrize("kind", PICTURES)
def test_phash_equals_imagehashs(kind: str) -> None:
    for picture in PICTURES[kind]:
        assert phash_and_detail(picture)[0] == int(str(imagehash.phash(picture)), 16)


@pytest.mark.parametrize("kind", PICTURES)
def test_dhash_equals_imagehashs(kind: str) -> None:
    for picture in PICTURES[kind]:
        assert dhash(picture) == int(str(imagehash.dhash(picture)), 16)


@pytest.mark.parametrize("kind", ["flat", "gradients", "discs"])
def test_a_hash_that_is_mostly_noise_shows_little_detail(kind: str) -> None:
    assert max(phash_and_detail(picture)[1] for picture in PICTURES[kind]) < 24


@pytest.mark.parametrize("kind", ["noise", "photographs"])
def test_a_hash_that_stands_firm_shows_much_detail(kind: str) -> None:
    assert min(phash_and_detail(picture)[1] for picture in PICTURES[kind]) >= 24
