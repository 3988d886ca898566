"""Whatever is offered and asked: a selection is the same again, names no picture twice and keeps its word."""

from collections import Counter
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.domain.datasets.difference import Change, Place, compare, difference
from pixcrawler.domain.datasets.errors import EmptySelection
from pixcrawler.domain.datasets.offered import Offered
from pixcrawler.domain.datasets.selection import (
    Balance,
    Keep,
    Limit,
    Relabel,
    Selection,
    Share,
    Step,
    Unique,
)
from tests.unit.domain.datasets.offers import CATS, DOGS, chosen, image

FEW = settings(max_examples=30)
"""Each example is whole datasets, several times."""
LABELS = st.sampled_from(["", "cat", "dog", "fish"])
PICTURES = st.integers(0, 12)
SEEDS = st.integers(0, 3)
RATIOS = {"a": 0.5, "b": 0.3, "c": 0.2}


@st.composite
def offers(draw: st.DrawFn) -> list[Offered]:
    """Each job has each picture once; a picture is the same in both."""
    shapes = draw(st.dictionaries(PICTURES, st.tuples(st.integers(1, 3), st.booleans()), max_size=10))
    found = []
    for job in (CATS, DOGS):
        for picture in draw(st.sets(st.sampled_from(sorted(shapes)))) if shapes else ():
            width, apart = shapes[picture]
            label, rank, trust = draw(st.tuples(LABELS, st.integers(0, 3), st.integers(0, 3)))
            found.append(image(picture, label, job, width=width, rank=rank, trust=trust, apart=apart))
    return found


GROUPS = st.lists(PICTURES, max_size=8, unique=True).map(lambda many: (set(many[:4]), set(many[4:])))
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(Keep, labels=st.tuples(LABELS, LABELS)),
    st.builds(Keep, min_size=st.tuples(st.integers(1, 3), st.just(1))),
    st.builds(Relabel, labels=st.dictionaries(LABELS, LABELS, min_size=1)),
    st.builds(Unique, level=st.sampled_from(["low", "medium", "high"])),
    st.builds(Balance, cap=st.none() | st.integers(1, 4), seed=SEEDS),
    st.builds(Limit, images=st.integers(1, 8), seed=SEEDS),
    st.builds(Share, name=st.sampled_from(sorted(RATIOS)), ratios=st.just(RATIOS), seed=SEEDS),
)
LEAVES = st.builds(
    Selection,
    jobs=st.sampled_from([(CATS,), (DOGS,), (CATS, DOGS)]),
    steps=st.lists(STEPS, max_size=3).map(tuple),
)
SELECTIONS = LEAVES | st.builds(
    Selection, parts=st.tuples(LEAVES, LEAVES), steps=st.lists(STEPS, max_size=2).map(tuple)
)


def taken(selection: Selection, offered: list[Offered], groups: tuple[set[int], ...]) -> dict[int, str]:
    try:
        return chosen(selection, offered, *groups)
    except EmptySelection:
        return {}


def turned(selection: Selection) -> Selection:
    parts = tuple(turned(part) for part in reversed(selection.parts))
    return msgspec.structs.replace(selection, jobs=selection.jobs[::-1], parts=parts)


@FEW
@given(offers(), SELECTIONS, GROUPS, st.randoms(use_true_random=False))
def test_the_order_of_jobs_parts_and_images_changes_nothing(
    offered: list[Offered], selection: Selection, groups: tuple[set[int], ...], random: Random
) -> None:
    shuffled = list(offered)
    random.shuffle(shuffled)
    assert taken(selection, offered, groups) == taken(turned(selection), shuffled, groups)


@FEW
@given(offers(), SELECTIONS, GROUPS, STEPS)
def test_a_step_more_never_adds_a_picture(
    offered: list[Offered], selection: Selection, groups: tuple[set[int], ...], step: Step
) -> None:
    assert set(taken(selection.then(step), offered, groups)) <= set(taken(selection, offered, groups))


@FEW
@given(offers(), SELECTIONS, GROUPS, SEEDS)
def test_shares_make_up_the_whole_and_part_no_group(
    offered: list[Offered], selection: Selection, groups: tuple[set[int], ...], seed: int
) -> None:
    whole = taken(selection, offered, groups)
    shares = [
        taken(selection.then(Share(name=name, ratios=RATIOS, seed=seed)), offered, groups) for name in RATIOS
    ]
    assert Counter(picture for share in shares for picture in share) == Counter(whole.keys())
    for group in groups:
        assert sum(not group.isdisjoint(share) for share in shares) <= 1


@FEW
@given(offers(), SELECTIONS, GROUPS, st.none() | st.integers(1, 4), SEEDS)
def test_balance_caps_every_class_and_takes_no_more_than_it_must(
    offered: list[Offered],
    selection: Selection,
    groups: tuple[set[int], ...],
    cap: int | None,
    seed: int,
) -> None:
    before = Counter(taken(selection, offered, groups).values())
    after = Counter(taken(selection.then(Balance(cap=cap, seed=seed)), offered, groups).values())
    most = cap or min(before.values(), default=0)
    assert after == {label: min(count, most) for label, count in before.items()}


@FEW
@given(offers(), SELECTIONS, GROUPS)
def test_of_a_group_one_is_left(
    offered: list[Offered], selection: Selection, groups: tuple[set[int], ...]
) -> None:
    before = set(taken(selection, offered, groups))
    left = set(taken(selection.then(Unique(level="low")), offered, groups))
    apart = {int(one.sha256, 16) for one in offered if one.apart}
    for group in groups:
        comparable = (group & before) - apart
        assert len(comparable & left) == min(1, len(comparable))
    assert before - left <= {picture for group in groups for picture in group}


VERSIONS = st.dictionaries(PICTURES, LABELS)


@given(VERSIONS, VERSIONS)
def test_a_difference_leads_from_one_version_to_the_other(old: dict[int, str], new: dict[int, str]) -> None:
    def places(version: dict[int, str]) -> list[Place]:
        found = [Place(f"{picture:064x}", label) for picture, label in version.items()]
        return sorted(found, key=lambda place: (place.label, place.sha256))

    changed, unchanged = compare(places(old), places(new))
    after = dict(old)
    for one in changed:
        picture = int(one.sha256, 16)
        assert one.before == old.get(picture)
        if one.after is None:
            del after[picture]
        else:
            after[picture] = one.after
    assert after == new
    assert len({one.sha256 for one in changed}) == len(changed)
    counted = difference(1, changed, unchanged)
    assert counted.unchanged == len(old.items() & new.items())
    assert counted.added == len(new.keys() - old.keys())
    assert counted.removed == len(old.keys() - new.keys())
    assert counted.relabelled == sum(one.change is Change.RELABELLED for one in changed)
    sizes = Counter(old.values())
    for label, moved in counted.classes.items():
        sizes[label] += moved.added + moved.came - moved.removed - moved.went
    assert +sizes == Counter(new.values())
