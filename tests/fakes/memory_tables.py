"""The memory fake of the database: one dictionary per table, entries are never changed in place."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.activity.notification import Notification
from pixcrawler.domain.activity.preferences import Preferences
from pixcrawler.domain.crawling.blocking import Block
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.log import LogLine
from pixcrawler.domain.crawling.query import Query
from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.imaging.judgement import Judgement
from pixcrawler.domain.imaging.labels import Label
from pixcrawler.domain.imaging.validation import DefaultLevel, ValidationChunk, ValidationRun
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.ids import (
    CandidateId,
    ChunkId,
    CrawlJobId,
    DatasetVersionId,
    ImageId,
    TaskId,
    UserId,
)
from pixcrawler.domain.storage.execution import Execution, Item
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy


class CandidateEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: CandidateId
    job_id: CrawlJobId
    digest: bytes
    url: str
    chunk_id: ChunkId | None = None
    state: str = "pending"
    reason: str | None = None
    evidence: str | None = None
    image_id: ImageId | None = None
    final_url: str | None = None
    content_type: str | None = None
    attempts: int = 0
    retrieved_at: datetime | None = None


class SightingEntry(msgspec.Struct, frozen=True, kw_only=True):
    chunk_id: ChunkId
    rank: int
    job_id: CrawlJobId
    candidate_id: CandidateId
    candidate: Candidate
    refused: str | None = None


class ImageEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: ImageId
    job_id: CrawlJobId
    owner_id: UserId
    sha256: str
    key: str
    bytes: int
    facts: Facts
    retrieved_at: datetime
    state: str = "good"
    reason: str | None = None
    duplicate_of: ImageId | None = None
    duplicate_group: UUID | None = None
    review: str | None = None
    candidate_id: CandidateId | None = None
    keyword: int | None = None
    position: int | None = None
    label: str | None = None
    wanted_by: tuple[DatasetVersionId, ...] = ()


class LabelEntry(msgspec.Struct, frozen=True, kw_only=True):
    image_id: ImageId
    label: Label
    by: UserId | None
    at: datetime | None


class TaskEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: TaskId
    name: str
    payload: bytes
    queue: str
    priority: int
    lane: str
    owner_id: UserId | None
    subject_id: UUID | None
    run: int | None
    request_id: str | None = None
    state: str = "pending"
    token: int = 0
    error: str | None = None


class VersionObjectEntry(msgspec.Struct, frozen=True, kw_only=True):
    version_id: DatasetVersionId
    key: str


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    job_id: CrawlJobId
    line: LogLine
    request_id: str | None


class ActivityEntry(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    act: Act
    subject_id: UUID
    owner_id: UserId | None
    actor_id: UserId | None
    key_id: UUID | None
    about: dict[str, str | int]
    request_id: str | None
    at: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))


class AnswerEntry(msgspec.Struct, frozen=True, kw_only=True):
    fingerprint: bytes
    answer: bytes
    at: datetime


class ResultEntry(msgspec.Struct, frozen=True, kw_only=True):
    validation_id: UUID
    judgement: Judgement
    at: datetime


class QuarantineEntry(msgspec.Struct, frozen=True, kw_only=True):
    reason: str | None
    at: datetime
    released_at: datetime | None = None


@dataclass
class Tables:
    profiles: dict[UUID, Profile] = field(default_factory=dict)
    api_keys: dict[UUID, ApiKey] = field(default_factory=dict)
    api_key_uses: dict[tuple[UUID, datetime], int] = field(default_factory=dict)
    projects: dict[UUID, Project] = field(default_factory=dict)
    crawl_jobs: dict[UUID, CrawlJob] = field(default_factory=dict)
    schedules: dict[UUID, Schedule] = field(default_factory=dict)
    notifications: dict[UUID, Notification] = field(default_factory=dict)
    preferences: dict[UUID, Preferences] = field(default_factory=dict)
    queries: dict[UUID, Query] = field(default_factory=dict)
    chunks: dict[UUID, Chunk] = field(default_factory=dict)
    candidates: dict[UUID, CandidateEntry] = field(default_factory=dict)
    sightings: dict[tuple[UUID, int], SightingEntry] = field(default_factory=dict)
    images: dict[UUID, ImageEntry] = field(default_factory=dict)
    labels: dict[tuple[UUID, str, str, str], LabelEntry] = field(default_factory=dict)
    labellings: dict[UUID, tuple[int, bool]] = field(default_factory=dict)
    datasets: dict[UUID, Dataset] = field(default_factory=dict)
    versions: dict[UUID, DatasetVersion] = field(default_factory=dict)
    exports: dict[UUID, Export] = field(default_factory=dict)
    version_objects: dict[tuple[UUID, str], VersionObjectEntry] = field(default_factory=dict)
    archival_policies: dict[UUID, ArchivalPolicy] = field(default_factory=dict)
    cleanup_policies: dict[UUID, CleanupPolicy] = field(default_factory=dict)
    executions: dict[UUID, Execution] = field(default_factory=dict)
    execution_items: dict[tuple[UUID, str, str, str], Item] = field(default_factory=dict)
    validations: dict[UUID, ValidationRun] = field(default_factory=dict)
    validation_chunks: dict[UUID, ValidationChunk] = field(default_factory=dict)
    validation_results: dict[tuple[UUID, str], ResultEntry] = field(default_factory=dict)
    validation_levels: dict[UUID, DefaultLevel] = field(default_factory=dict)
    quarantine: dict[UUID, QuarantineEntry] = field(default_factory=dict)
    blocks: dict[UUID, Block] = field(default_factory=dict)
    tasks: dict[UUID, TaskEntry] = field(default_factory=dict)
    answers: dict[tuple[UUID, str, str], AnswerEntry] = field(default_factory=dict)
    job_log: dict[UUID, LogEntry] = field(default_factory=dict)
    activity: dict[UUID, ActivityEntry] = field(default_factory=dict)
    deleted: dict[UUID, None] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """Cheap: entries are replaced, never changed, so both may hold the same ones."""
        return Tables(**{one.name: dict(getattr(self, one.name)) for one in fields(self)})

    def being_built(self, job: CrawlJobId | None = None) -> tuple[DatasetVersionId, ...]:
        """Versions that are not decided yet, of this job."""
        open_ = (v for v in self.versions.values() if v.status in ("pending", "building"))
        return tuple(v.id for v in open_ if job is None or job in v.selection.all_jobs())

    def needed(self) -> set[str]:
        """Objects of versions and exports."""
        living = {key: row for key, row in self.versions.items() if row.status != "failed"}
        keys = {one.key for one in self.version_objects.values() if one.version_id in living}
        named = {*(row.manifest_key for row in self.versions.values())}
        named |= {row.key for row in self.exports.values()}
        return keys | {key for key in named if key is not None}

    def remove(self, table: str, which: dict[str, Any]) -> None:
        """Rows whose columns have these values, and what belongs to them."""
        rows: dict[Any, Any] = getattr(self, table)
        gone = [key for key, row in rows.items() if all(getattr(row, k) == v for k, v in which.items())]
        for key in gone:
            del rows[key]
            for child, column in BELONGS.get(table, ()):
                self.remove(child, {column: key})
        if table == "chunks":
            for key, one in self.candidates.items():
                if one.chunk_id in gone:
                    self.candidates[key] = msgspec.structs.replace(one, chunk_id=None)


BELONGS = {
    "profiles": (
        ("api_keys", "owner_id"),
        ("projects", "owner_id"),
        ("crawl_jobs", "owner_id"),
        ("schedules", "owner_id"),
        ("notifications", "owner_id"),
        ("preferences", "id"),
        ("datasets", "owner_id"),
        ("validations", "owner_id"),
    ),
    "projects": (("crawl_jobs", "project_id"), ("schedules", "project_id"), ("datasets", "project_id")),
    "crawl_jobs": (
        ("queries", "job_id"),
        ("candidates", "job_id"),
        ("images", "job_id"),
        ("job_log", "job_id"),
    ),
    "queries": (("chunks", "query_id"),),
    "chunks": (("sightings", "chunk_id"),),
    "candidates": (("sightings", "candidate_id"),),
    "images": (("labels", "image_id"),),
    "validations": (("validation_chunks", "validation_id"),),
    "datasets": (("versions", "dataset_id"),),
    "versions": (("exports", "version_id"), ("version_objects", "version_id")),
}
