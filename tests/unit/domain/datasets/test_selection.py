"""What a selection may be, and how it is stored."""

from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
import pytest

from pixcrawler.domain.datasets import selection
from pixcrawler.domain.datasets.errors import InvalidSelection
from pixcrawler.domain.datasets.selection import (
    DEEPEST,
    MOST_JOBS,
    MOST_STEPS,
    Balance,
    Keep,
    Limit,
    Relabel,
    Selection,
    Share,
    in_words,
    merged,
)
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.quality import MEASURED, REASONS
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.licenses import POLICIES
from tests.contract.unusual import SELECTION
from tests.unit.domain.datasets.offers import CATS, DOGS

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 -- what must be refused
LATE = datetime(2026, 2, 1, tzinfo=UTC)


def nested(levels: int) -> Selection:
    inmost = Selection(jobs=(CATS,))
    for _ in range(levels - 1):
        inmost = Selection(parts=(inmost,))
    return inmost


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Keep, "names no condition"),
        (lambda: Keep(min_size=(9, 9), max_size=(10, 8)), "smallest size is larger"),
        (lambda: Keep(retrieved_after=NAIVE), "no zone"),
        (lambda: Keep(retrieved_after=LATE, retrieved_before=LATE), "ends before it begins"),
        (lambda: Relabel(labels={}), "names no label"),
        (lambda: Balance(cap=0), "“cap” is 0"),
        (lambda: Limit(images=-1), "“images” is -1"),
        (lambda: Share(name="a", ratios={"a": 1.0}), "two parts or more"),
        (lambda: Share(name="a", ratios={"a": 0.5, "b": 0.6}), "add up to 1.1"),
        (lambda: Share(name="a", ratios={"a": 1.5, "b": -0.5}), "above 0"),
        (lambda: Share(name="a", ratios={"a": float("nan"), "b": 0.5}), "above 0"),
        (lambda: Share(name="c", ratios={"a": 0.5, "b": 0.5}), "none of the ratios"),
        (lambda: Selection(jobs=(CATS,), steps=(Limit(images=1),) * (MOST_STEPS + 1)), "more than 20 steps"),
        (lambda: Selection().checked(), "names no crawl job"),
        (lambda: nested(DEEPEST + 1).checked(), "nested more than 5 deep"),
        (
            lambda: Selection(jobs=tuple(CrawlJobId(UUID(int=n)) for n in range(MOST_JOBS + 1))).checked(),
            "more than 100 crawl jobs",
        ),
    ],
)
def test_what_cannot_be_selected_is_refused_by_name(make: Any, message: str) -> None:
    with pytest.raises(InvalidSelection, match=message):
        make()


def test_a_selection_is_read_as_it_was_written() -> None:
    assert msgspec.json.decode(msgspec.json.encode(SELECTION), type=Selection) == SELECTION


def test_a_whole_job_is_stored_as_it_ever_was() -> None:
    assert msgspec.json.encode(Selection(jobs=(CATS,))) == f'{{"jobs":["{CATS}"]}}'.encode()
    assert Selection(jobs=(CATS,)).is_whole_job
    assert not Selection(jobs=(CATS, DOGS)).is_whole_job


def test_all_jobs_are_told_once_whatever_their_order() -> None:
    one = Selection(jobs=(DOGS, CATS), parts=(Selection(jobs=(CATS,)),))
    assert one.all_jobs() == (CATS, DOGS)
    assert nested(DEEPEST).checked().all_jobs() == (CATS,)


def test_whole_jobs_merge_to_a_list_of_jobs_and_others_to_parts() -> None:
    cats, dogs = Selection(jobs=(CATS,)), Selection(jobs=(DOGS,))
    assert merged(dogs, cats) == merged(cats, dogs) == Selection(jobs=(CATS, DOGS))
    few = dogs.then(Limit(images=1))
    assert merged(cats, few) == Selection(parts=(cats, few))


def test_steps_follow_those_that_are_there_and_nest_when_there_are_too_many() -> None:
    one = Selection(jobs=(CATS,)).then(Limit(images=5), Limit(images=4))
    assert one.steps == (Limit(images=5), Limit(images=4))
    full = Selection(jobs=(CATS,), steps=(Limit(images=9),) * MOST_STEPS)
    assert full.then(Limit(images=3)) == Selection(parts=(full,), steps=(Limit(images=3),))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Keep(labels=("cat", ""), min_size=(3, 4)), ("keep", "labels cat, (none); min size 3x4")),
        (Keep(max_scores={"blur": 0.5}), ("keep", "max scores blur → 0.5")),
        (Relabel(labels={"kitten": "cat", "": "dog"}), ("relabel", "labels kitten → cat, (none) → dog")),
        (Balance(), ("balance", "")),
    ],
)
def test_steps_can_be_said(step: Any, words: tuple[str, str]) -> None:
    assert in_words(step) == words


def test_the_words_of_steps_are_those_that_pictures_are_told_with() -> None:
    assert get_args(selection.Format) == tuple(one.value for one in Format)
    assert get_args(selection.Policy) == POLICIES
    assert get_args(selection.Measure)[1].pattern == f"^({'|'.join(MEASURED)})$"
    assert set(get_args(selection.Issue)) == {reason.value for reason in REASONS.values()}


@pytest.mark.parametrize(
    "step",
    [
        {"do": "keep", "formats": ["exe"]},
        {"do": "keep", "licenses": ["mine"]},
        {"do": "keep", "sources": ["No Source"]},
        {"do": "keep", "min_size": [0, 5]},
        {"do": "keep", "max_size": [10**30, 5]},
        {"do": "keep", "max_issues": -1},
        {"do": "keep", "without_issues": ["http_404"]},
        {"do": "keep", "max_scores": {"beauty": 0.5}},
        {"do": "keep", "max_scores": {"blur": 1.5}},
        {"do": "keep", "labels": ["a" * 501]},
        {"do": "keep", "without_labels": ["a\0"]},
        {"do": "keep", "retrieved_after": "2026-01-01T00:00:00"},
        {"do": "relabel", "labels": {"cat": "b" * 501}},
        {"do": "balance", "cap": 10**40},
        {"do": "balance", "seed": 2**70},
        {"do": "limit", "images": 10**40},
        {"do": "share", "name": "a" * 201, "ratios": {"a" * 201: 0.5, "b": 0.5}},
    ],
)
def test_no_step_with_what_cannot_be_is_decoded(step: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.steps\[0\]"):
        msgspec.json.decode(msgspec.json.encode({"jobs": [str(CATS)], "steps": [step]}), type=Selection)
