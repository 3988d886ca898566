"""Which images a selection gives."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.domain.datasets.errors import EmptySelection
from pixcrawler.domain.datasets.selecting import classes_of, select
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
from pixcrawler.domain.shared.validation import Validation
from tests.unit.domain.datasets.offers import CATS, DOGS, NOON, alike, chosen, image

BOTH = Selection(jobs=(CATS, DOGS))
LATER = NOON + timedelta(seconds=1)


def steps(*steps: Step) -> Selection:
    return Selection(jobs=(CATS, DOGS), steps=steps)


@pytest.mark.parametrize(
    ("keep", "other"),
    [
        (Keep(labels=("cat",)), {"label": "dog"}),
        (Keep(labels=("cat",)), {"label": ""}),
        (Keep(without_labels=("dog",)), {"label": "dog"}),
        (Keep(min_size=(640, 480)), {"height": 479}),
        (Keep(max_size=(640, 480)), {"width": 641}),
        (Keep(formats=("jpg", "png")), {"format": "gif"}),
        (Keep(licenses=("commercial", "derivatives")), {"license": "CC-BY-ND-4.0"}),
        (Keep(licenses=("known",)), {"license": "unknown"}),
        (Keep(sources=("openverse",)), {"source": "web"}),
        (Keep(validation=Validation.STANDARD), {"validation": Validation.BASIC}),
        (Keep(reviewed=False), {"reviewed": True}),
        (Keep(retrieved_after=NOON), {"retrieved_at": NOON - timedelta(microseconds=1)}),
        (Keep(retrieved_before=LATER), {"retrieved_at": LATER}),
    ],
)
def test_each_condition_drops_what_does_not_meet_it(keep: Keep, other: dict[str, Any]) -> None:
    offered = [image(1), image(2, **{"label": "cat", **other})]
    assert set(chosen(steps(keep), offered)) == {1}


STRICT: dict[str, Any] = {"validation": Validation.STRICT, "scores": {"blur": 0.2, "dark": 0.9}}


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (Keep(max_issues=0), {1}),
        (Keep(max_issues=1), {1, 2}),
        (Keep(without_issues=("too_dark",)), {1}),
        (Keep(max_scores={"blur": 0.2}), {1, 2}),
        (Keep(max_scores={"blur": 0.2, "dark": 0.8}), set()),
    ],
)
def test_quality_is_asked_of_pictures_with_a_strict_look_only(keep: Keep, kept: set[int]) -> None:
    dark = image(2, **STRICT, issues=("too_dark",))
    offered = [image(1, **STRICT), dark, image(3), image(9, "fish")]
    asked = Selection(parts=(steps(keep), steps(Keep(labels=("fish",)))))
    assert set(chosen(asked, offered)) == kept | {9}


def test_conditions_speak_of_labels_as_steps_before_them_left_them() -> None:
    offered = [image(1, "kitten"), image(2, "cat"), image(3, "dog")]
    renamed = Relabel(labels={"kitten": "cat"})
    assert chosen(steps(renamed, Keep(labels=("cat",))), offered) == {1: "cat", 2: "cat"}
    assert chosen(steps(Keep(labels=("cat",)), renamed), offered) == {2: "cat"}


def test_labels_are_exchanged_at_once_and_merge() -> None:
    offered = [image(1, "a", labels=("a", "b", "c")), image(2, "b"), image(3, "x")]
    swapped = select(steps(Relabel(labels={"a": "b", "b": "a", "c": "b", "x": ""})), offered, alike(offered))
    assert [(pick.label, pick.labels) for pick in swapped] == [("b", ("b", "a")), ("a", ("a",)), ("", ())]


def test_a_picture_that_two_jobs_found_is_there_once_with_both_labels() -> None:
    offered = [image(1, "cat", rank=5), image(1, "pet", DOGS, rank=2), image(2, "dog", DOGS)]
    picks = select(BOTH, offered, alike(offered))
    assert sorted((pick.number, pick.label, pick.labels) for pick in picks) == [
        (1, "pet", ("pet", "cat")),
        (2, "dog", ("dog",)),
    ]


def test_the_label_that_is_trusted_more_comes_first_and_any_before_none() -> None:
    by_person = image(1, "dog", DOGS, trust=0, rank=9)
    assert chosen(BOTH, [image(1, "cat", rank=0), by_person]) == {1: "dog"}
    assert chosen(BOTH, [image(1, "", rank=0, trust=0), image(1, "dog", DOGS, rank=9)]) == {1: "dog"}


def test_of_pictures_that_are_alike_the_best_stays() -> None:
    offered = [image(1), image(2, width=1_280), image(3, preferred=True), image(4, bytes=2_000), image(5)]
    only = steps(Unique(level="high"))
    assert set(chosen(only, offered, {1, 2})) == {2, 3, 4, 5}
    assert set(chosen(only, offered, {1, 2, 3}, {4, 5})) == {3, 4}


def test_what_somebody_set_apart_is_nobodys_copy() -> None:
    offered = [image(1), image(2, apart=True)]
    assert set(chosen(steps(Unique(level="low")), offered, {1, 2})) == {1, 2}


def test_copies_are_looked_for_among_what_is_left() -> None:
    offered = [image(1, width=1_280, license="unknown"), image(2), image(3)]
    only = steps(Keep(licenses=("known",)), Unique(level="high"))
    assert set(chosen(only, offered, {1, 2, 3})) == {2}


def test_balanced_classes_are_as_large_as_the_smallest_or_the_cap() -> None:
    offered = [image(n, "cat") for n in range(9)] + [image(n, "dog", DOGS) for n in range(9, 12)]
    assert Counter(chosen(steps(Balance()), offered).values()) == {"cat": 3, "dog": 3}
    assert Counter(chosen(steps(Balance(cap=5)), offered).values()) == {"cat": 5, "dog": 3}
    first, again, other = (chosen(steps(Balance(cap=5, seed=seed)), offered) for seed in (1, 1, 2))
    assert first == again != other


def test_a_drawn_class_has_as_many_different_pictures_as_there_are() -> None:
    offered = [image(n) for n in range(20)]
    crowd = set(range(17))
    for seed in range(5):
        drawn = set(chosen(steps(Balance(cap=4, seed=seed)), offered, crowd))
        assert drawn >= {17, 18, 19}
        assert len(drawn) == 4


def test_a_limit_leaves_classes_in_proportion() -> None:
    offered = [image(n, "cat") for n in range(60)] + [image(n, "dog", DOGS) for n in range(60, 90)]
    assert Counter(chosen(steps(Limit(images=9)), offered).values()) == {"cat": 6, "dog": 3}
    assert len(chosen(steps(Limit(images=1_000)), offered)) == 90


def test_shares_part_what_there_is_and_no_group() -> None:
    offered = [image(n, "cat") for n in range(30)] + [image(n, "dog", DOGS) for n in range(30, 40)]
    ratios = {"a": 0.5, "b": 0.3, "c": 0.2}
    crowd = {0, 1, 2, 30}
    parts = [chosen(steps(Share(name=name, ratios=ratios)), offered, crowd) for name in ratios]
    assert sorted(picture for part in parts for picture in part) == list(range(40))
    assert sum(crowd <= set(part) for part in parts) == 1
    assert [Counter(part.values())["cat"] for part in parts] == [15, 9, 6]


@pytest.mark.parametrize(
    ("selection", "told"),
    [
        (BOTH, "None of its jobs has an accepted image"),
        (steps(Keep(labels=("bird",), formats=("jpg",))), "“labels bird” leaves none of 2 images"),
        (steps(Keep(formats=("jpg",), sources=("web",))), "“sources web” leaves none of 2 images"),
        (steps(Limit(images=1), Share(name="a", ratios={"a": 0.1, "b": 0.9})), "“share: name a; ratios"),
    ],
)
def test_an_empty_selection_says_what_emptied_it(selection: Selection, told: str) -> None:
    offered = [] if selection is BOTH else [image(1), image(2)]
    with pytest.raises(EmptySelection) as caught:
        chosen(selection, offered)
    assert told in str(caught.value)


def test_a_part_may_be_empty() -> None:
    none = Selection(jobs=(DOGS,), steps=(Keep(labels=("bird",)),))
    assert set(chosen(Selection(jobs=(CATS,), parts=(none,)), [image(1), image(2, "dog", DOGS)])) == {1}


def test_classes_are_what_was_asked_for_under_their_new_names() -> None:
    asked = {CATS: ["cat", "kitten", ""], DOGS: ["dog", "wolf"]}
    renamed = Selection(jobs=(CATS,), steps=(Relabel(labels={"kitten": "cat"}),))
    kept = Selection(parts=(renamed,), jobs=(DOGS,), steps=(Keep(without_labels=("wolf",)),))
    assert classes_of(kept, asked) == ["cat", "dog"]
    assert classes_of(kept.then(Keep(labels=("dog", "fish"))), asked) == ["dog"]
