"""Which images belong to a dataset: whole jobs and other selections, then steps, one after another."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from pixcrawler.domain.datasets.errors import InvalidSelection
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.validation import Validation

MOST_JOBS = 100
MOST_STEPS = 20
"""Of one selection, those of its parts apart."""
DEEPEST = 5
"""Selections within selections."""

Likeness = Literal["low", "medium", "high"]
Format = Literal["jpg", "png", "webp", "gif", "bmp", "tiff", "avif"]
Policy = Literal["commercial", "derivatives", "public-domain", "known"]
Issue = Literal["too_dark", "too_bright", "low_information", "placeholder", "blurry", "odd_aspect"]
_MEASURES = "blur|dark|bright|low_information|odd_aspect|placeholder|watermark"
Measure = Annotated[str, Meta(pattern=f"^({_MEASURES})$")]
_NO_NUL = r"^[^\u0000]*$"
Label = Annotated[str, Meta(max_length=500, pattern=_NO_NUL)]
Labels = Annotated[tuple[Label, ...], Meta(max_length=10_000)]
Source = Annotated[str, Meta(max_length=64, pattern="^[a-z][a-z0-9_]*$")]
Side = Annotated[int, Meta(ge=1, le=100_000)]
Count = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Seed = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Part = Annotated[str, Meta(min_length=1, max_length=200, pattern=_NO_NUL)]
Ratio = Annotated[float, Meta(gt=0, lt=1)]
Ratios = Annotated[dict[Part, Ratio], Meta(min_length=2, max_length=20)]
Time = Annotated[datetime, Meta(tz=True)]
"""What is decoded is held to these."""


class _Step(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="do", omit_defaults=True, forbid_unknown_fields=True
):
    """What is left out is not stored, so a new option changes no old selection."""


class Keep(_Step, frozen=True, kw_only=True, tag="keep"):
    """Drop what does not meet all of these; what is left out asks nothing.

    Labels are as earlier steps left them; ``labels`` are classes, empty text is "none". Sizes are (width,
    height) in pixels, ends included. ``formats`` are file name extensions. ``licenses`` are words of the
    licence policy, all of which the licence must meet. ``max_issues``, ``without_issues`` and ``max_scores``
    (each at most so much, 0 to 1) ask for pictures with a strict look. ``validation``: looked at at least so
    closely. ``reviewed``: somebody said what it shows or whose copy it is, or nobody did. Times are when the
    file was fetched, ``retrieved_before`` excluded.
    """

    labels: Labels = ()
    without_labels: Labels = ()
    min_size: tuple[Side, Side] | None = None
    max_size: tuple[Side, Side] | None = None
    formats: Annotated[tuple[Format, ...], Meta(max_length=7)] = ()
    licenses: Annotated[tuple[Policy, ...], Meta(max_length=4)] = ()
    sources: Annotated[tuple[Source, ...], Meta(max_length=100)] = ()
    max_issues: Annotated[int, Meta(ge=0, le=100)] | None = None
    without_issues: Annotated[tuple[Issue, ...], Meta(max_length=6)] = ()
    max_scores: Annotated[dict[Measure, Annotated[float, Meta(ge=0, le=1)]], Meta(max_length=7)] = {}
    validation: Validation | None = None
    reviewed: bool | None = None
    retrieved_after: Time | None = None
    retrieved_before: Time | None = None

    def __post_init__(self) -> None:
        if len(msgspec.to_builtins(self)) == 1:  # its name alone
            raise InvalidSelection("A step “keep” names no condition.", field="steps")
        if self.min_size and self.max_size and not _fits(self.min_size, self.max_size):
            raise InvalidSelection("The smallest size is larger than the largest.", field="min_size")
        after, before = self.retrieved_after, self.retrieved_before
        if any(time is not None and time.tzinfo is None for time in (after, before)):
            raise InvalidSelection("A time has no zone; write it like 2026-01-31T00:00:00Z.", field="steps")
        if after and before and after >= before:
            raise InvalidSelection("The time span ends before it begins.", field="retrieved_before")


class Relabel(_Step, frozen=True, kw_only=True, tag="relabel"):
    """Classes under other names; two may become one. Labels that are not named stay. Empty text is "none"."""

    labels: Annotated[dict[Label, Label], Meta(max_length=10_000)]

    def __post_init__(self) -> None:
        if not self.labels:
            raise InvalidSelection("A step “relabel” names no label.", field="labels")


class Unique(_Step, frozen=True, kw_only=True, tag="unique"):
    """Of pictures that are alike at this level only the best copy stays, as when a job is settled."""

    level: Likeness


class Balance(_Step, frozen=True, kw_only=True, tag="balance"):
    """No class has more than ``cap`` images; None: than the smallest class has. Which of them is drawn by the
    seed, pictures that are unlike each other first."""

    cap: Count | None = None
    seed: Seed = 0

    def __post_init__(self) -> None:
        _positive(self.cap, "cap")


class Limit(_Step, frozen=True, kw_only=True, tag="limit"):
    """At most so many images, each class in proportion. Which of them is drawn as for ``Balance``."""

    images: Count
    seed: Seed = 0

    def __post_init__(self) -> None:
        _positive(self.images, "images")


class Share(_Step, frozen=True, kw_only=True, tag="share"):
    """The named part of a division by these ratios: each class is divided on its own, pictures that are alike
    go together. All shares of one division make up the whole, and no two have a picture in common."""

    name: Part
    ratios: Ratios
    seed: Seed = 0

    def __post_init__(self) -> None:
        check_ratios(self.ratios)
        if self.name not in self.ratios:
            raise InvalidSelection("The share is none of the ratios'.", field="name")


Step: TypeAlias = Keep | Relabel | Unique | Balance | Limit | Share


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The accepted images of these jobs and what the parts select, each picture once, then the steps.

    The order of jobs and of parts changes nothing. That of steps does: they are taken in turn.

    Raises:
        InvalidSelection: it selects from nothing, or is too large.
    """

    jobs: Annotated[tuple[CrawlJobId, ...], Meta(max_length=MOST_JOBS)] = ()
    parts: Annotated[tuple["Selection", ...], Meta(max_length=MOST_JOBS)] = ()
    steps: Annotated[tuple[Step, ...], Meta(max_length=MOST_STEPS)] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > MOST_STEPS:
            raise InvalidSelection(f"There are more than {MOST_STEPS} steps.", field="steps")

    @property
    def is_whole_job(self) -> bool:
        """All of one job and nothing else."""
        return len(self.jobs) == 1 and not self.parts and not self.steps

    @property
    def depth(self) -> int:
        """Selections within each other, this one included."""
        return 1 + max((part.depth for part in self.parts), default=0)

    def all_jobs(self) -> tuple[CrawlJobId, ...]:
        """Also those of its parts, each once, oldest first."""
        return tuple(sorted(set(self._jobs())))

    def then(self, *steps: Step) -> "Selection":
        """The same images, and these steps after its own."""
        if len(self.steps) + len(steps) <= MOST_STEPS:
            return msgspec.structs.replace(self, steps=self.steps + steps)
        return Selection(parts=(self,), steps=steps)

    def checked(self) -> "Selection":
        """Itself, to be used from now on; what is stored already is not checked again.

        Raises InvalidSelection.
        """
        jobs = self.all_jobs()
        if not jobs:
            raise InvalidSelection("The selection names no crawl job.", field="jobs")
        if len(jobs) > MOST_JOBS:
            raise InvalidSelection(f"The selection names more than {MOST_JOBS} crawl jobs.", field="jobs")
        if self.depth > DEEPEST:
            raise InvalidSelection(
                f"Selections are nested more than {DEEPEST} deep; build the dataset from crawl jobs.",
                field="parts",
            )
        return self

    def _jobs(self) -> Iterator[CrawlJobId]:
        yield from self.jobs
        for part in self.parts:
            yield from part.all_jobs()


def merged(*selections: Selection) -> Selection:
    """All that any of them selects."""
    if all(not one.parts and not one.steps for one in selections):
        return Selection(jobs=tuple(sorted({job for one in selections for job in one.jobs})))
    return Selection(parts=selections)


def check_ratios(ratios: Mapping[str, float]) -> None:
    """Raises InvalidSelection unless these are two or more parts above 0 that add up to 1."""
    if len(ratios) < 2:
        raise InvalidSelection("A division has two parts or more.", field="ratios")
    if not all(math.isfinite(ratio) and ratio > 0 for ratio in ratios.values()):
        raise InvalidSelection("Each part of a division is above 0.", field="ratios")
    if abs((total := sum(ratios.values())) - 1) > 1e-6:
        raise InvalidSelection(f"The parts of the division add up to {total:g} instead of 1.", field="ratios")


def in_words(step: Step) -> tuple[str, str]:
    """(what it is, with what), for the card and for errors."""
    given: dict[str, Any] = msgspec.to_builtins(step)
    name = given.pop("do")
    return name, "; ".join(f"{key.replace('_', ' ')} {_told(value)}" for key, value in given.items())


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key or '(none)'} → {_told(one)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        if value and all(isinstance(one, int) for one in value):
            return "x".join(map(str, value))
        return ", ".join(map(_told, value))
    return f"{value:g}" if isinstance(value, float) else str(value) or "(none)"


def _positive(number: int | None, field: str) -> None:
    if number is not None and number < 1:
        raise InvalidSelection(f"“{field}” is {number}; it is 1 or more.", field=field)


def _fits(small: tuple[int, int], large: tuple[int, int]) -> bool:
    return small[0] <= large[0] and small[1] <= large[1]
