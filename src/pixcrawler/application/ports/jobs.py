"""Jobs as people see them: lists, one whole, how far it is, its tasks and its log."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.addresses import ADDRESS_SOURCES, addresses
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.log import Level
from pixcrawler.domain.crawling.progress import fetched, pace
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope, JobSpec, Keyword
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ProjectId, TaskId, UserId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.validation import Validation, ValidationMode


class JobFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which jobs; all that may be seen without a condition."""

    project_id: ProjectId | None = None
    status: JobStatus | None = None


class JobSummary(msgspec.Struct, frozen=True):
    """A line of a list. ``good`` images passed all checks so far; ``accepted`` are those that stay, known
    when the job is completed. ``reasons`` counts the rejected candidates by reason; with ``accepted`` they
    add up to ``found`` in a completed job."""

    id: CrawlJobId
    owner_id: UserId
    project_id: ProjectId
    name: str
    status: JobStatus
    max_images: int
    found: int
    good: int
    accepted: int
    reasons: dict[str, int]
    run: int
    version: int
    failure_code: str | None
    failure: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Size(msgspec.Struct, frozen=True):
    """In pixels."""

    width: int
    height: int


class JobRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the job was asked for. ``targets`` is how many images of a label are wanted, for labels that
    have a target of their own; ``minimums`` how many of it there should be at least; ``conflicts`` what
    happens to a picture under two labels. ``url_list`` says whether it reads a list that was sent along;
    ``inputs`` are the URLs that the sources ``web`` and ``feed`` were given."""

    keywords: tuple[Keyword, ...]
    targets: dict[str, int]
    minimums: dict[str, int]
    conflicts: Conflicts
    sources: tuple[str, ...]
    url_list: bool
    inputs: dict[str, tuple[str, ...]]
    min_size: Size | None
    max_size: Size | None
    file_types: tuple[str, ...]
    license: tuple[str, ...]
    exclude: tuple[str, ...]
    safe_search: SafeSearch
    image_type: ImageType | None
    color: Color | None
    language: str | None
    dedup: DedupLevel
    dedup_scope: DedupScope
    validation: Validation
    validation_mode: ValidationMode
    seed: int


class JobDetail(JobSummary, frozen=True):
    """One job, whole."""

    request: JobRequest


class JobTasks(msgspec.Struct, frozen=True):
    """What an act on a job has begun."""

    job_id: CrawlJobId
    status: JobStatus
    task_ids: tuple[TaskId, ...]


class Trouble(msgspec.Struct, frozen=True):
    """A search that failed, or that is being tried again."""

    source: str
    message: str


class JobProgress(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands ``at`` a moment.

    By stage: ``found`` candidates, whose file has been ``fetched``, that are ``good``, that were
    ``accepted`` or ``rejected``. Rate, elapsed and remaining seconds are of the present or last run.
    """

    job_id: CrawlJobId
    status: JobStatus
    run: int
    version: int
    max_images: int
    found: int
    fetched: int
    good: int
    accepted: int
    rejected: int
    reasons: dict[str, int]
    open_chunks: int
    open_searches: int
    pages_searched: int
    elapsed_seconds: float
    images_per_second: float
    eta_seconds: float | None
    troubles: tuple[Trouble, ...]
    failure_code: str | None
    failure: str | None
    at: datetime


class TaskLine(msgspec.Struct, frozen=True):
    """``state``: pending, running, done or failed. ``due_at`` is when it may be taken next."""

    id: TaskId
    name: str
    state: str
    run: int | None
    failures: int
    lost_leases: int
    last_error: str | None
    request_id: str | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None


class LogEntry(msgspec.Struct, frozen=True):
    """``event`` is a stable word, ``message`` a sentence, ``request_id`` the request that caused it."""

    id: UUID
    at: datetime
    level: Level
    event: str
    message: str
    run: int
    request_id: str | None


class JobReads(Protocol):
    """All but ``jobs`` raise CrawlJobNotFound for what is not there or not theirs."""

    async def jobs(self, which: JobFilter, window: Window, *, visible_to: Actor) -> Found[JobSummary]:
        """Newest first."""
        ...

    async def job(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobDetail: ...

    async def progress(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobProgress: ...

    async def tasks(self, job_id: CrawlJobId, window: Window, *, visible_to: Actor) -> Found[TaskLine]:
        """Oldest first. Tasks that ended long ago are gone."""
        ...

    async def log(self, job_id: CrawlJobId, window: Window, *, visible_to: Actor) -> Found[LogEntry]:
        """Oldest first."""
        ...


def request_of(spec: JobSpec) -> JobRequest:
    filters, rules = spec.filters, spec.rules
    return JobRequest(
        keywords=spec.keywords,
        targets=spec.targets,
        minimums=spec.minimums,
        conflicts=spec.conflicts,
        sources=spec.sources,
        url_list="url_list" in spec.inputs,
        inputs={one: addresses(spec.inputs[one]) for one in ADDRESS_SOURCES if one in spec.inputs},
        min_size=None if rules.min_size is None else Size(*rules.min_size),
        max_size=None if rules.max_size is None else Size(*rules.max_size),
        file_types=rules.file_types,
        license=filters.license,
        exclude=filters.exclude,
        safe_search=filters.safe_search,
        image_type=filters.image_type,
        color=filters.color,
        language=filters.language,
        dedup=spec.dedup,
        dedup_scope=spec.dedup_scope,
        validation=spec.validation,
        validation_mode=spec.validation_mode,
        seed=spec.seed,
    )


def detail_of(job: CrawlJob) -> JobDetail:
    summary = {name: getattr(job, name) for name in JobSummary.__struct_fields__}
    return JobDetail(**summary, request=request_of(job.spec))


def progress_of(
    job: CrawlJob,
    *,
    open_chunks: int,
    open_searches: int,
    pages_searched: int,
    troubles: tuple[Trouble, ...],
    now: datetime,
) -> JobProgress:
    its = pace(job, now)
    same = ("status", "run", "version", "max_images", "found", "good", "accepted", "rejected", "reasons")
    copied = {name: getattr(job, name) for name in (*same, "failure_code", "failure")}
    return JobProgress(
        job_id=job.id,
        **copied,
        fetched=fetched(job),
        open_chunks=open_chunks,
        open_searches=open_searches,
        pages_searched=pages_searched,
        elapsed_seconds=its.elapsed,
        images_per_second=its.rate,
        eta_seconds=its.eta,
        troubles=troubles,
        at=now,
    )
