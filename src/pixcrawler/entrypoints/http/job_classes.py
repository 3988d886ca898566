"""Categories of a job, and the classes that they make."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.terms import tidy
from pixcrawler.entrypoints.http.job_fields import Images, Text, Texts


class Category(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keywords of one label. `max_images` of it are wanted, `minimum` at least; without either it shares
    evenly. `label` is its class, if that has another name."""

    keywords: Texts
    max_images: Images | None = None
    minimum: Images | None = None
    label: Text | None = None


Class: TypeAlias = tuple[str, Category]
"""A category with its label."""


def classes_of(categories: Mapping[str, tuple[str, ...] | Category]) -> list[Class]:
    """Raises InvalidJob when two have the same name."""
    if len({tidy(name) for name in categories}) < len(categories):
        raise InvalidJob("Two categories have the same name; put them together.", field="categories")
    every = [
        (name, given if isinstance(given, Category) else Category(keywords=given))
        for name, given in categories.items()
    ]
    return [(tidy(category.label or name), category) for name, category in every]


def words_of(classes: Sequence[Class]) -> dict[str, tuple[str, ...]]:
    """Keywords by label; categories of one class are put together."""
    words: dict[str, tuple[str, ...]] = {}
    for label, category in classes:
        words[label] = (*words.get(label, ()), *category.keywords)
    return words


def sums(numbers: Iterable[tuple[str, int | None]]) -> dict[str, int]:
    """By label; categories of one class add up."""
    sums: dict[str, int] = {}
    for label, number in numbers:
        if number is not None:
            sums[label] = sums.get(label, 0) + number
    return sums
