from collections import Counter

import pytest

from pixcrawler.domain.datasets.errors import InvalidSplit
from pixcrawler.domain.datasets.splits import SplitPlan, assign, parse_split
from tests.fakes import manifests

PLAN = SplitPlan({"train": 0.8, "val": 0.1, "test": 0.1}, seed=0)


@pytest.mark.parametrize(
    ("text", "ratios"),
    [
        ("80/10/10", {"train": 0.8, "val": 0.1, "test": 0.1}),
        ("0.8,0.1,0.1", {"train": 0.8, "val": 0.1, "test": 0.1}),
        (" 80 : 20 ", {"train": 0.8, "val": 0.2}),
        ("100", {"train": 1.0}),
        ("1", {"train": 1.0}),
        ("90/0/10", {"train": 0.9, "test": 0.1}),
        ("train=0.9,val=0.1", {"train": 0.9, "val": 0.1}),
        ("test=20%, Training=70%, validation=10%", {"train": 0.7, "val": 0.1, "test": 0.2}),
        ("33.3/33.3/33.4", {"train": 0.333, "val": 0.333, "test": 0.334}),
    ],
)
def test_it_reads_the_ways_people_write_a_split(text: str, ratios: dict[str, float]) -> None:
    plan = parse_split(text, seed=5)
    assert plan.ratios == pytest.approx(ratios)
    assert list(plan.ratios) == list(ratios)
    assert plan.seed == 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("80/10/5", "add up to 95, not to 1 or 100"),
        ("", "no number"),
        ("a/b", "“a”, which is no number"),
        ("25/25/25/25", "4 parts"),
        ("train=0.9,0.1", "names some parts and not others"),
        ("train=0.5,training=0.5", "names train twice"),
        ("train=0.5,holdout=0.5", "“holdout”; only train, val and test"),
        ("0/50/50", "no train part"),
        ("val=1", "no train part"),
        ("110/-10", "each part is 0 or more"),
        ("nan/1", "each part is 0 or more"),
        ("inf", "each part is 0 or more"),
    ],
)
def test_what_is_no_split_is_refused_in_one_clear_sentence(text: str, complaint: str) -> None:
    with pytest.raises(InvalidSplit, match=complaint) as refused:
        parse_split(text)
    assert str(refused.value).count("write it like 80/10/10") == 1
    assert refused.value.field == "split"


def test_ratios_that_do_not_add_up_make_no_plan() -> None:
    with pytest.raises(InvalidSplit, match="instead of 1"):
        SplitPlan({"train": 0.8, "val": 0.1})


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (1, (1, 0, 0)),
        (2, (2, 0, 0)),
        (3, (3, 0, 0)),
        (4, (3, 1, 0)),
        (5, (4, 1, 0)),
        (8, (6, 1, 1)),
        (10, (8, 1, 1)),
    ],
)
def test_small_classes_fill_train_first(images: int, expected: tuple[int, int, int]) -> None:
    counts = Counter(assign(manifests.rows({"cat": images}), PLAN).values())
    assert (counts["train"], counts["val"], counts["test"]) == expected


def test_a_single_image_is_for_training_even_where_test_is_larger() -> None:
    plan = SplitPlan({"train": 0.1, "test": 0.9})
    assert list(assign(manifests.rows({"cat": 1}), plan).values()) == ["train"]


def test_every_class_is_divided_on_its_own() -> None:
    rows = manifests.rows({"cat": 40, "dog": 20, "ox": 10})
    splits = assign(rows, PLAN)
    counts = Counter((row.label, splits[row.id]) for row in rows)
    assert [counts[label, "train"] for label in ("cat", "dog", "ox")] == [32, 16, 8]
    assert [counts[label, "val"] for label in ("cat", "dog", "ox")] == [4, 2, 1]


@pytest.mark.parametrize(("classes", "each"), [(40, 3), (3, 4), (45, 1), (30, 2), (17, 7)])
def test_many_small_classes_together_keep_to_the_ratios(classes: int, each: int) -> None:
    plan = SplitPlan({"train": 0.6, "val": 0.2, "test": 0.2})
    rows = manifests.rows({f"class {number}": each for number in range(classes)})
    splits = assign(rows, plan)
    of_train = Counter(row.label for row in rows if splits[row.id] == "train")
    assert len(of_train) == classes
    if each == 1:
        return
    counts = Counter(splits.values())
    for name, ratio in plan.ratios.items():
        assert abs(counts[name] - len(rows) * ratio) <= 1
    assert all(abs(count - each * 0.6) < 1 for count in of_train.values())


def test_the_draw_does_not_depend_on_the_order_of_rows_or_ratios() -> None:
    rows = manifests.rows({"cat": 3, "dog": 3, "ox": 3})
    turned = SplitPlan(dict(reversed(PLAN.ratios.items())))
    assert list(turned.ratios) == ["train", "val", "test"]
    assert assign(rows, PLAN) == assign(rows[::-1], turned)


def test_another_seed_draws_other_images() -> None:
    rows = manifests.rows({"cat": 40})
    assert assign(rows, PLAN) != assign(rows, SplitPlan(PLAN.ratios, seed=1))


def test_the_same_bytes_under_two_labels_stay_together() -> None:
    rows = [*manifests.rows({"cat": 20}), *(manifests.row(number, "dog") for number in range(20))]
    splits = assign(rows, PLAN)
    assert len(splits) == 20


def test_the_draw_is_what_it_was_when_it_was_fixed() -> None:
    rows = [manifests.row(0, "cat", sha256=f"{number:064x}"[::-1]) for number in range(12)]
    splits = assign(rows, PLAN)
    assert [number for number, row in enumerate(rows) if splits[row.id] == "test"] == [5]
    assert [number for number, row in enumerate(rows) if splits[row.id] == "val"] == [9]
