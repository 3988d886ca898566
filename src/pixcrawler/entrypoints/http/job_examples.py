"""The jobs that the OpenAPI document shows."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.ports.jobs import (
    JobDetail,
    JobProgress,
    JobRequest,
    JobSummary,
    JobTasks,
    LogEntry,
    TaskLine,
)
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.filters import SafeSearch
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.log import Level
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope, Keyword
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, TaskId, UserId
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.http.answers import Page
from pixcrawler.entrypoints.http.job_classes import Category
from pixcrawler.entrypoints.http.job_forms import ChangeJob, CreateJob

ID = CrawlJobId(UUID("01a1fe11-0000-7985-bba8-5ff3a8de3680"))
PROJECT = UUID("01a1fe10-2222-7985-bba8-5ff3a8de3680")
TASK = TaskId(UUID("01a1fe11-1111-7985-bba8-5ff3a8de3680"))
REQUEST_ID = "6f1f0c7c2b0e4e0c9b6d3a52f3b1c8aa"
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 8, 34, 10, tzinfo=UTC)

KEYWORDS = CreateJob(
    project_id=PROJECT, keywords=("red fox", "arctic fox"), max_images=200, license=("commercial",)
)
CATEGORIES = CreateJob(
    project_id=PROJECT,
    name="Foxes and wolves",
    categories={
        "fox": Category(keywords=("red fox", "arctic fox"), max_images=150),
        "wolf": Category(keywords=("grey wolf",), max_images=50),
    },
    sources=("openverse", "wikimedia"),
)
WANTED = BodyKwarg(
    examples=[
        Example(
            value={"project_id": str(PROJECT), "keywords": ["red fox", "arctic fox"], "max_images": 200}
            | {"license": ["commercial"], "min_size": {"width": 640, "height": 480}}
        ),
        Example(value=msgspec.to_builtins(CATEGORIES)),
        Example(
            value={"project_id": str(PROJECT), "name": "My list"}
            | {"url_list": {"format": "txt", "content": "https://pictures.example/fox.jpg\n"}}
        ),
        Example(
            value={"project_id": str(PROJECT), "keywords": ["fox"]}
            | {"inputs": {"web": ["https://foxes.example/gallery/*"]}, "max_images": 500}
        ),
    ]
)
CHANGED = BodyKwarg(examples=[Example(value=msgspec.to_builtins(ChangeJob(name="Foxes", max_images=300)))])
SUMMARY: dict[str, Any] = {
    "id": ID,
    "owner_id": UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680")),
    "project_id": ProjectId(PROJECT),
    "name": "red fox, arctic fox",
    "status": JobStatus.RUNNING,
    "max_images": 200,
    "found": 480,
    "good": 120,
    "accepted": 0,
    "reasons": {"too_small": 14, "http_404": 3},
    "run": 1,
    "version": 19,
    "failure_code": None,
    "failure": None,
    "created_at": AT,
    "started_at": AT,
    "ended_at": None,
}
DETAIL = JobDetail(
    **SUMMARY,
    request=JobRequest(
        keywords=(Keyword("red fox", "red fox"), Keyword("arctic fox", "arctic fox")),
        targets={},
        minimums={},
        conflicts=Conflicts.KEEP,
        sources=("openverse",),
        url_list=False,
        inputs={},
        min_size=None,
        max_size=None,
        file_types=(),
        license=("commercial",),
        exclude=(),
        safe_search=SafeSearch.MODERATE,
        image_type=None,
        color=None,
        language=None,
        dedup=DedupLevel.MEDIUM,
        dedup_scope=DedupScope.JOB,
        validation=Validation.STANDARD,
        validation_mode=ValidationMode.REJECT,
        seed=0,
    ),
)
JOBS = Page(items=[JobSummary(**SUMMARY)], total=1, page=1, size=20, pages=1)
BEGUN = JobTasks(ID, JobStatus.RUNNING, (TASK,))
STOPPED = JobTasks(ID, JobStatus.CANCELLED, ())
PROGRESS = JobProgress(
    job_id=ID,
    status=JobStatus.RUNNING,
    run=1,
    version=19,
    max_images=200,
    found=480,
    fetched=136,
    good=120,
    accepted=0,
    rejected=17,
    reasons={"too_small": 14, "http_404": 3},
    open_chunks=4,
    open_searches=1,
    pages_searched=24,
    elapsed_seconds=30.0,
    images_per_second=4.0,
    eta_seconds=20.0,
    troubles=(),
    failure_code=None,
    failure=None,
    at=AT,
)
TASKS = Page(
    items=[
        TaskLine(TASK, "pixcrawler.crawling.search_page", "done", 1, 0, 0, None, REQUEST_ID, AT, AT, LATER)
    ],
    total=1,
    page=1,
    size=20,
    pages=1,
)
LOG = Page(
    items=[LogEntry(TASK, AT, Level.INFO, "started", "Started with 2 searches.", 1, REQUEST_ID)],
    total=1,
    page=1,
    size=20,
    pages=1,
)
