"""Whatever the classes and duplicate groups are, the split keeps its promises."""

import random
from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import SPLITS, SplitPlan, assign
from tests.fakes import manifests

LABELS = st.sampled_from(["cat", "dog", "ox"])


@st.composite
def plans(draw: st.DrawFn) -> SplitPlan:
    names = ["train", *draw(st.sets(st.sampled_from(SPLITS[1:])))]
    weights = [draw(st.integers(1, 100)) for _ in names]
    ratios = {name: weight / sum(weights) for name, weight in zip(names, weights, strict=True)}
    return SplitPlan(ratios, draw(st.integers(0, 9)))


def rows_of(drawn: list[tuple[str, int | None]]) -> list[ManifestRow]:
    blank = manifests.row(0, "cat")
    return [
        ManifestRow(
            **{
                **{name: getattr(blank, name) for name in blank.__struct_fields__},
                "sha256": f"{number * 2654435761 % 2**32:08x}" * 8,
                "label": label,
                "dedup_group": None if group is None else f"g{group}",
            }
        )
        for number, (label, group) in enumerate(drawn)
    ]


any_rows = st.lists(st.tuples(LABELS, st.none() | st.integers(0, 6)), max_size=60).map(rows_of)


@st.composite
def rows_with_groups_inside_classes(draw: st.DrawFn) -> list[ManifestRow]:
    drawn = draw(st.lists(st.tuples(LABELS, st.none() | st.integers(0, 9)), max_size=80))
    offset = {"cat": 0, "dog": 100, "ox": 200}
    return rows_of([(label, None if g is None else g + offset[label]) for label, g in drawn])


@given(any_rows, plans())
def test_every_image_gets_a_split_and_no_group_straddles_two(
    rows: list[ManifestRow], plan: SplitPlan
) -> None:
    splits = assign(rows, plan)
    assert splits.keys() == {row.id for row in rows}
    assert set(splits.values()) <= plan.ratios.keys()
    homes = defaultdict(set)
    for row in rows:
        homes[row.dedup_group or row.id].add(splits[row.id])
    assert all(len(home) == 1 for home in homes.values())


@given(any_rows, plans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    rows: list[ManifestRow], plan: SplitPlan, chance: random.Random
) -> None:
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert assign(shuffled, plan) == assign(rows, plan)


@given(rows_with_groups_inside_classes(), plans())
def test_each_class_is_off_its_ratios_by_less_than_its_largest_group(
    rows: list[ManifestRow], plan: SplitPlan
) -> None:
    splits = assign(rows, plan)
    for label in {row.label for row in rows}:
        inside = [row for row in rows if row.label == label]
        largest = max(Counter(row.dedup_group or row.id for row in inside).values())
        counts = Counter(splits[row.id] for row in inside)
        for name, ratio in plan.ratios.items():
            assert abs(counts[name] - ratio * len(inside)) < largest + 1e-6


@given(rows_with_groups_inside_classes(), plans())
def test_no_class_is_without_an_image_to_train_on(rows: list[ManifestRow], plan: SplitPlan) -> None:
    splits = assign(rows, plan)
    for label in {row.label for row in rows}:
        inside = [row for row in rows if row.label == label]
        if len({row.dedup_group or row.id for row in inside}) == len(inside):
            assert any(splits[row.id] == "train" for row in inside)
