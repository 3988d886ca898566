"""The index finds what comparing all pairs finds."""

import math
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.adapters.imaging.near import LEVELS, MultiIndexNearDuplicates, mirrored
from pixcrawler.domain.imaging.facts import Facts, Format

NEAR = MultiIndexNearDuplicates()


def facts(phash: int, dhash: int, detail: int, width: int) -> Facts:
    return Facts(Format.JPEG, width, 600, 1, "RGB", 1, phash, dhash, detail)


@st.composite
def albums(draw: st.DrawFn) -> list[Facts]:
    """A few pictures, and copies of them with some bits turned."""
    bits = st.sets(st.integers(0, 63), max_size=10)
    hashes = st.integers(0, 2**64 - 1)
    originals = draw(st.lists(st.tuples(hashes, hashes), min_size=1, max_size=5))
    album = []
    for _ in range(draw(st.integers(1, 25))):
        phash, dhash = draw(st.sampled_from(originals))
        for bit in draw(bits):
            phash ^= 1 << bit
        for bit in draw(bits):
            dhash ^= 1 << bit
        detail = draw(st.sampled_from([0, 23, 24, 200]))
        album.append(facts(phash, dhash, detail, draw(st.sampled_from([800, 804, 850, 1600]))))
    return album


def from_the_other_side(picture: Facts) -> tuple[int, int]:
    """Both hashes of the mirror image."""
    rows = [picture.dhash >> 8 * row & 255 for row in range(8)]
    turned = [int(f"{row:08b}"[::-1], 2) ^ 255 for row in rows]
    return mirrored(picture.phash), sum(row << 8 * number for number, row in enumerate(turned))


def near(one: Facts, other: Facts, level: str) -> bool:
    """The rule, in plain Python."""
    rule = LEVELS[level]
    apart = abs(math.log(one.width / one.height) - math.log(other.width / other.height))
    smooth = min(one.detail, other.detail) < 24

    def agree(phash: int, dhash: int) -> bool:
        two = ((one.phash ^ phash).bit_count(), (one.dhash ^ dhash).bit_count())
        each = two[0] <= rule.phash and two[1] <= rule.dhash
        return each and sum(two) <= rule.together and min(two) <= rule.sure and apart <= rule.aspect

    if not smooth:
        from_there = rule.mirrored and agree(*from_the_other_side(other))
        return agree(other.phash, other.dhash) or from_there
    if apart > 0.02 or any(p.detail < 24 and not 6 <= p.dhash.bit_count() <= 58 for p in (one, other)):
        return False
    dhash = (one.dhash ^ other.dhash).bit_count()
    both = dhash + (one.phash ^ other.phash).bit_count()
    return dhash <= rule.smooth or (both <= 10 and agree(other.phash, other.dhash))


def groups(count: int, pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    """What the pairs connect."""
    group = {number: {number} for number in range(count)}
    for i, j in pairs:
        group[i] |= group[j]
        for member in group[i]:
            group[member] = group[i]
    return {frozenset(members) for members in group.values()}


@settings(max_examples=60)
@given(albums(), st.sampled_from(sorted(LEVELS)))
def test_groups_are_those_of_comparing_all_pairs(album: list[Facts], level: str) -> None:
    everything = combinations(range(len(album)), 2)
    wanted = [(i, j) for i, j in everything if near(album[i], album[j], level)]
    found = NEAR.pairs(album, level)
    assert set(found) <= set(wanted)
    assert groups(len(album), found) == groups(len(album), wanted)


@settings(max_examples=60)
@given(albums(), st.sampled_from(sorted(LEVELS)))
def test_pairs_are_sorted_and_each_is_there_once(album: list[Facts], level: str) -> None:
    found = NEAR.pairs(album, level)
    assert found == sorted(set(found))
    assert all(i < j for i, j in found)


@settings(max_examples=30)
@given(albums())
def test_a_higher_level_only_adds_to_the_groups(album: list[Facts]) -> None:
    low, medium, high = (groups(len(album), NEAR.pairs(album, level)) for level in ("low", "medium", "high"))
    assert all(any(small <= large for large in medium) for small in low)
    assert all(any(small <= large for large in high) for small in medium)
