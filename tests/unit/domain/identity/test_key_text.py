"""How keys are written, and that nothing else passes for one."""

import hashlib
import random
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.identity.key_text import (
    ALPHABET,
    RANDOM_BYTES,
    KeyKind,
    is_key,
    key_digest,
    kind_in,
    write_key,
)

KINDS = st.sampled_from(KeyKind)
CHANCE = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
KEY = write_key(KeyKind.TEST, bytes(range(RANDOM_BYTES)))


def test_a_key_looks_as_scanners_expect_it() -> None:
    assert KEY == "pxc_test_CTQj2uNU3MFagCXG9LRKRcwGkBIDlf3uJild"
    assert write_key(KeyKind.LIVE, bytes(RANDOM_BYTES)).startswith("pxc_live_" + "0" * 30)


@given(KINDS, CHANCE)
def test_what_was_written_is_a_key_of_its_kind_only(kind: KeyKind, chance: bytes) -> None:
    text = write_key(kind, chance)
    assert re.fullmatch(rf"pxc_{kind.value}_[0-9A-Za-z]{{36}}", text)
    assert is_key(text, kind)
    assert not any(is_key(text, other) for other in KeyKind if other is not kind)


def test_the_checksum_is_the_crc_of_all_before_it_in_base62() -> None:
    value = 0
    for digit in KEY[-6:]:
        value = value * 62 + ALPHABET.index(digit)
    assert value == zlib.crc32(KEY[:-6].encode())


@given(KINDS, CHANCE, st.integers(9, 44), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(kind: KeyKind, chance: bytes, place: int, other: str) -> None:
    """A CRC-32 detects every error within 32 bits."""
    text = write_key(kind, chance)
    wrong = text[:place] + other + text[place + 1 :]
    assert is_key(wrong, kind) == (wrong == text)


@given(CHANCE, st.integers(9, 43))
def test_two_neighbours_that_changed_places_are_always_noticed(chance: bytes, place: int) -> None:
    text = write_key(KeyKind.TEST, chance)
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert is_key(wrong, KeyKind.TEST) == (wrong == text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        KEY + "\n",
        " " + KEY,
        KEY + " ",
        KEY[:-1],
        KEY + "0",
        KEY.upper(),
        KEY.replace("pxc_test_", "pxc_live_"),
        KEY.replace("pxc_test_", "sk_test_"),
        KEY + "\0",
        "\N{FULLWIDTH LATIN SMALL LETTER P}" + KEY[1:],
        KEY[:-1] + "\N{ARABIC-INDIC DIGIT ONE}",
        KEY[:-1] + "\ud800",
        KEY * 1000,
        "pxc_test_" + "0" * 36,
    ],
)
def test_what_is_nearly_a_key_is_none(text: str) -> None:
    assert not any(is_key(text, kind) for kind in KeyKind)


def test_different_chance_gives_different_keys() -> None:
    chance = random.Random(1)
    made = {write_key(KeyKind.LIVE, chance.randbytes(RANDOM_BYTES)) for _ in range(10_000)}
    assert len(made) == 10_000


def test_the_whole_alphabet_is_used_at_every_place() -> None:
    chance = random.Random(2)
    made = [write_key(KeyKind.LIVE, chance.randbytes(RANDOM_BYTES))[9:39] for _ in range(3_000)]
    assert all({key[place] for key in made} == set(ALPHABET) for place in range(30))


def test_what_is_kept_of_a_key_is_its_sha256() -> None:
    assert key_digest(KEY) == hashlib.sha256(KEY.encode()).digest()


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ("production", KeyKind.LIVE),
        ("staging", KeyKind.LIVE),
        ("development", KeyKind.TEST),
        ("test", KeyKind.TEST),
    ],
)
def test_keys_are_live_where_it_counts(environment: str, kind: KeyKind) -> None:
    assert kind_in(environment) is kind
