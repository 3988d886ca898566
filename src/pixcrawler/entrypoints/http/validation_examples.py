"""The looks at pictures that the OpenAPI document shows."""

from datetime import UTC, datetime
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.ports.validation_reads import (
    ImageResults,
    LevelResult,
    Quarantined,
    ScoreSpread,
    ValidationDetail,
    ValidationStats,
    ValidationTasks,
)
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.imaging.validation import Check, DefaultLevel, RunMode, RunStatus, Verdict
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, DatasetId, TaskId, UserId, ValidationId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation, ValidationMode

ID = ValidationId(UUID("01a1fe20-9059-7985-bba8-5ff3a8de3680"))
IMAGE = CandidateId(UUID("01a1fe11-9059-7985-bba8-5ff3a8de3680"))
JOB = CrawlJobId(UUID("01a1fe11-0000-7985-bba8-5ff3a8de3680"))
TASK = TaskId(UUID("01a1fe20-9060-7985-bba8-5ff3a8de3680"))
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)

ONE = BodyKwarg(examples=[Example(value={"image_id": str(IMAGE), "level": "strict"})])
SEVERAL = BodyKwarg(
    examples=[
        Example(value={"image_ids": [str(IMAGE)], "level": "strict"}),
        Example(value={"filter": {"job_id": str(JOB), "label": "red fox", "max_width": 400}}),
    ]
)
WHOLE = BodyKwarg(examples=[Example(value={"level": "strict", "mode": "quarantine"})])
WANTED_LEVEL = BodyKwarg(examples=[Example(value={"level": "strict", "mode": "report"})])

BEGUN = ValidationTasks(
    validation_id=ID,
    status=RunStatus.PENDING,
    level=Validation.STRICT,
    mode=RunMode.REPORT,
    images=1,
    task_ids=(TASK,),
)
BEGUN_JOB = ValidationTasks(
    validation_id=ID,
    status=RunStatus.PENDING,
    level=Validation.STRICT,
    mode=RunMode.QUARANTINE,
    images=None,
    task_ids=(TASK,),
)
RUN = ValidationDetail(
    id=ID,
    owner_id=UserId(UUID("01a1fe10-1111-7985-bba8-5ff3a8de3680")),
    job_id=JOB,
    level=Validation.STRICT,
    mode=RunMode.QUARANTINE,
    status=RunStatus.COMPLETED,
    counted=True,
    images=1_000,
    done=1_000,
    valid=963,
    invalid=35,
    damaged=1,
    gone=1,
    failed=0,
    quarantined=31,
    failure_code=None,
    failure=None,
    created_at=AT,
    ended_at=AT,
)
SCORES = Scores(
    blur=0.87,
    dark=0.06,
    bright=0.11,
    low_information=0.0,
    odd_aspect=0.3331,
    placeholder=0.0,
    watermark=0.02,
    issues=(Reason.BLURRY,),
)
RESULTS = ImageResults(
    image_id=IMAGE,
    job_id=JOB,
    quarantine=Quarantined(Reason.BLURRY, AT),
    results=(
        LevelResult(
            level=Validation.STRICT,
            verdict=Verdict.INVALID,
            reason=Reason.BLURRY,
            evidence="blur 0.87, up to 0.76 passes",
            checks=(
                Check(name="file", passed=True),
                Check(name="readable", passed=True),
                Check(name="min_size", passed=True),
                Check(name="dark", passed=True, score=0.06, limit=0.68),
                Check(name="blur", passed=False, reason=Reason.BLURRY, score=0.87, limit=0.76),
            ),
            scores=SCORES,
            validation_id=ID,
            at=AT,
        ),
        LevelResult(
            level=Validation.STANDARD,
            verdict=Verdict.VALID,
            reason=None,
            evidence=None,
            checks=(Check(name="file", passed=True), Check(name="readable", passed=True)),
            scores=None,
            validation_id=None,
            at=AT,
        ),
    ),
)
STATS = ValidationStats(
    dataset_id=DatasetId(UUID("01a1fe12-0000-7985-bba8-5ff3a8de3680")),
    version=2,
    images=1_000,
    unknown=3,
    quarantined=31,
    levels={"strict": 990, "standard": 7},
    verdicts={"valid": 962, "invalid": 34, "damaged": 1},
    reasons={"blurry": 30, "too_dark": 4, "file_missing": 1},
    scores={"blur": ScoreSpread(990, 0.2114, (301, 320, 210, 80, 20, 11, 9, 9, 25, 5))},
)
LEVEL = DefaultLevel(level=Validation.STRICT, mode=ValidationMode.REPORT)
