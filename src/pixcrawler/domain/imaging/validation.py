"""Looking again at pictures that are stored: what was asked for, how far it is, what it found."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import CrawlJobId, ImageId, UserId, ValidationChunkId, ValidationId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import (
    DEFAULT_THRESHOLDS,
    Thresholds,
    Validation,
    ValidationMode,
)

CHUNK = 200
"""Pictures that one task looks at."""
MOST_NAMED = 1_000
"""Pictures that one request may name."""
MOST_OPEN = 1_000
"""Runs of one owner that have not ended."""


class Verdict(StrEnum):
    """``valid``: nothing is wrong. ``invalid``: it is no picture of the kind that its job accepts, or a score
    is too high. ``damaged``: its file is gone, or holds other bytes than those that were stored."""

    VALID = "valid"
    INVALID = "invalid"
    DAMAGED = "damaged"


class RunMode(StrEnum):
    """What becomes of accepted pictures that are not valid. ``report``: nothing. ``quarantine``: they stay in
    their job and out of all later dataset versions, until somebody accepts them in a review."""

    REPORT = "report"
    QUARANTINE = "quarantine"


class RunStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class DefaultLevel(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody's new jobs are made with where they say nothing else."""

    level: Validation = Validation.STANDARD
    mode: ValidationMode = ValidationMode.REJECT


class Tally(msgspec.Struct, frozen=True):
    """What one batch of pictures came to. ``gone`` are no longer in their job."""

    verdicts: Mapping[Verdict, int]
    gone: int = 0
    quarantined: int = 0


class ValidationRun(msgspec.Struct, kw_only=True):
    """One request to look at pictures again, on one level. Its counts change only under its row's lock.

    ``job_id`` is the crawl job whose pictures are all looked at, None where pictures were named. ``after`` is
    the SHA-256 up to which these are cut into ``chunks``; ``cut`` says that all are. When it has ended,
    ``images`` are ``valid``, ``invalid``, ``damaged``, ``gone`` and ``failed`` together. ``thresholds`` are
    those of the time when it was asked for.
    """

    id: ValidationId
    owner_id: UserId
    job_id: CrawlJobId | None
    level: Validation
    mode: RunMode
    thresholds: Thresholds
    status: RunStatus
    cut: bool
    after: str
    chunks: int
    chunks_done: int
    images: int
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

    @property
    def is_over(self) -> bool:
        return self.status in (RunStatus.COMPLETED, RunStatus.FAILED)

    @property
    def done(self) -> int:
        """Pictures that have their result, or will have none."""
        return self.valid + self.invalid + self.damaged + self.gone + self.failed

    def add(self, *, images: int, chunks: int, after: str = "") -> None:
        """More to do; ``after`` is the last picture of it."""
        self.images += images
        self.chunks += chunks
        self.after = after

    def end_cutting(self, *, at: datetime) -> None:
        """Nothing more is added."""
        self.cut = True
        self._end_if_done(at)

    def record(self, tally: Tally, *, last: bool, at: datetime) -> None:
        """Count a batch; ``last`` when its chunk is done with it."""
        self.status = RunStatus.RUNNING
        self.valid += tally.verdicts.get(Verdict.VALID, 0)
        self.invalid += tally.verdicts.get(Verdict.INVALID, 0)
        self.damaged += tally.verdicts.get(Verdict.DAMAGED, 0)
        self.gone += tally.gone
        self.quarantined += tally.quarantined
        if last:
            self.chunks_done += 1
            self._end_if_done(at)

    def fail_chunk(self, left: int, code: str, sentence: str, *, at: datetime) -> None:
        """A chunk was given up with so many pictures left. The others go on."""
        self.failed += left
        self.failure_code, self.failure = code, sentence
        self.chunks_done += 1
        self._end_if_done(at)

    def fail_cutting(self, code: str, sentence: str, *, at: datetime) -> None:
        """What was cut until then is looked at; the rest is not."""
        self.failure_code, self.failure = code, sentence
        self.end_cutting(at=at)

    def _end_if_done(self, at: datetime) -> None:
        if not self.cut or self.chunks_done < self.chunks:
            return
        self.status = RunStatus.COMPLETED if self.failure_code is None else RunStatus.FAILED
        self.ended_at = at


class ValidationChunk(msgspec.Struct, kw_only=True):
    """Some pictures of one crawl job, in the order in which they are looked at. The first ``done`` were."""

    id: ValidationChunkId
    validation_id: ValidationId
    job_id: CrawlJobId
    images: tuple[ImageId, ...]
    done: int

    @property
    def left(self) -> tuple[ImageId, ...]:
        return self.images[self.done :]


class ValidationRequested(Event, frozen=True, kw_only=True, tag="imaging.validation_requested"):
    """All pictures of a job are to be looked at; they are not cut into chunks yet."""

    validation_id: ValidationId

    @property
    def subject_id(self) -> UUID | None:
        return self.validation_id


class ValidationChunkOpened(Event, frozen=True, kw_only=True, tag="imaging.validation_chunk_opened"):
    validation_id: ValidationId
    chunk_id: ValidationChunkId

    @property
    def subject_id(self) -> UUID | None:
        return self.validation_id


def new_run(
    key: ValidationId,
    *,
    owner: UserId,
    job: CrawlJobId | None,
    level: Validation,
    mode: RunMode,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    at: datetime,
) -> ValidationRun:
    return ValidationRun(
        id=key,
        owner_id=owner,
        job_id=job,
        level=level,
        mode=mode,
        thresholds=thresholds,
        status=RunStatus.PENDING,
        cut=False,
        after="",
        chunks=0,
        chunks_done=0,
        images=0,
        valid=0,
        invalid=0,
        damaged=0,
        gone=0,
        failed=0,
        quarantined=0,
        failure_code=None,
        failure=None,
        created_at=at,
        ended_at=None,
    )


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, and whether the picture keeps it. ``score`` and ``limit`` (0 to 1) belong to what a strict
    look measures: it passes up to the limit."""

    name: str
    passed: bool
    reason: Reason | None = None
    score: float | None = None
    limit: float | None = None
