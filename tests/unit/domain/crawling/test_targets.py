"""Categories with targets of their own."""

import pytest

from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.spec import JobSpec, Keyword, check_targets, checked_words
from pixcrawler.domain.crawling.standing import Quota

FOX, ARCTIC, WOLF, BEAR = (
    Keyword("fox", "fox"),
    Keyword("arctic fox", "fox"),
    Keyword("wolf", "wolf"),
    Keyword("bear", "bear"),
)


def spec(*keywords: Keyword, **targets: int) -> JobSpec:
    return JobSpec(keywords=keywords, sources=("openverse",), targets=targets)


def test_a_target_is_for_all_keywords_of_its_label() -> None:
    asked = spec(FOX, WOLF, ARCTIC, fox=3, wolf=4)
    assert asked.quotas == (Quota(3, (0, 2)), Quota(4, (1,)))
    assert spec(FOX).quotas == ()


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        (spec(FOX), 1),
        (spec(FOX, WOLF, fox=3, wolf=4), 7),
        (spec(FOX, WOLF, BEAR, fox=3, wolf=4), 8),
    ],
)
def test_targets_that_add_up_are_fine(asked: JobSpec, most: int) -> None:
    check_targets(asked, most)


@pytest.mark.parametrize(
    ("asked", "most", "field"),
    [
        (spec(FOX, fox=3), 2, "max_images"),
        (spec(FOX, fox=3), 4, "max_images"),
        (spec(FOX, WOLF, BEAR, fox=3, wolf=4), 7, "max_images"),
        (spec(FOX, bear=3), 3, "categories"),
    ],
)
def test_targets_that_do_not_add_up_are_refused(asked: JobSpec, most: int, field: str) -> None:
    with pytest.raises(InvalidJob) as caught:
        check_targets(asked, most)
    assert caught.value.field == field


def test_a_keyword_belongs_to_the_first_who_names_it() -> None:
    assert checked_words(["Fox"], {"animals": ["fox", " bear "]}) == (
        Keyword("Fox", "Fox"),
        Keyword("bear", "animals"),
    )
