"""Looks at pictures as people see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.imaging.validation import (
    Check,
    DefaultLevel,
    RunMode,
    RunStatus,
    ValidationRun,
    Verdict,
)
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, DatasetId, TaskId, UserId, ValidationId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

BINS = 10
"""Of a score's histogram, each a tenth wide; the last holds 1, too."""


class ValidationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `images` is how many are to be looked at, final once `counted`. `done` of these are `valid`,
    `invalid`, `damaged` (the file is gone, or holds other bytes), `gone` from their job meanwhile, or
    `failed` to be looked at. `quarantined` were newly kept out of later dataset versions."""

    id: ValidationId
    owner_id: UserId
    job_id: CrawlJobId | None
    level: Validation
    mode: RunMode
    status: RunStatus
    counted: bool
    images: int
    done: int
    valid: int
    invalid: int
    damaged: int
    gone: int
    failed: int
    quarantined: int
    failure_code: str | None
    failure: str | None
    created_at: datetime
    ended_at: datetime | None


class ValidationTasks(msgspec.Struct, frozen=True, kw_only=True):
    """A run that was asked for, and the tasks that begin it. `images` is null for a whole job, whose pictures
    are still to be counted."""

    validation_id: ValidationId
    status: RunStatus
    level: Validation
    mode: RunMode
    images: int | None
    task_ids: tuple[TaskId, ...]


class LevelResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the latest look on this level found. `checks` are all rules that were tried, each with its
    verdict; `reason` is that of the first that failed. `scores` are of a strict look. `validation_id` is null
    for the look that the crawl took."""

    level: Validation
    verdict: Verdict
    reason: Reason | None
    evidence: str | None
    checks: tuple[Check, ...]
    scores: Scores | None
    validation_id: ValidationId | None
    at: datetime


class Quarantined(msgspec.Struct, frozen=True):
    """Why and since when an image is kept out of new dataset versions; null where a person said so."""

    reason: Reason | None
    at: datetime


class ImageResults(msgspec.Struct, frozen=True, kw_only=True):
    """An image's results, the strictest look first; none where nobody ever had its file."""

    image_id: CandidateId
    job_id: CrawlJobId
    quarantine: Quarantined | None
    results: tuple[LevelResult, ...]


class ScoreSpread(msgspec.Struct, frozen=True):
    """Of the images that have this score: their mean, and how many there are in each tenth from 0 to 1."""

    images: int
    mean: float
    bins: tuple[int, ...]


class ValidationStats(msgspec.Struct, frozen=True, kw_only=True):
    """What looks at a version's images found, by the strictest look of each. `verdicts` and `unknown` add up
    to `images`; unknown are those that are in no job any more, or were not looked at on the level that was
    asked for. `levels` and `reasons` count images, too."""

    dataset_id: DatasetId
    version: int
    images: int
    unknown: int
    quarantined: int
    levels: Mapping[str, int]
    verdicts: Mapping[str, int]
    reasons: Mapping[str, int]
    scores: Mapping[str, ScoreSpread]


class ValidationReads(Protocol):
    async def run(self, validation: ValidationId, *, visible_to: Actor) -> ValidationDetail:
        """Raises ValidationNotFound."""
        ...

    async def results(self, image: CandidateId, *, visible_to: Actor) -> ImageResults:
        """Raises ImageNotFound."""
        ...

    async def stats(
        self, version: DatasetVersion, *, level: Validation | None, visible_to: Actor
    ) -> ValidationStats:
        """Of one level, or of the strictest look of each image. Raises DatasetNotFound, VersionNotReady."""
        ...

    async def level(self, *, visible_to: Actor) -> DefaultLevel:
        """The actor's own."""
        ...


def detail_of(run: ValidationRun) -> ValidationDetail:
    own = {name: getattr(run, name) for name in ValidationDetail.__struct_fields__ if name != "counted"}
    return ValidationDetail(**own, counted=run.cut)


def begun_by(run: ValidationRun, task_ids: tuple[TaskId, ...]) -> ValidationTasks:
    """Of a run that was just asked for."""
    return ValidationTasks(
        validation_id=run.id,
        status=run.status,
        level=run.level,
        mode=run.mode,
        images=run.images if run.cut else None,
        task_ids=task_ids,
    )
