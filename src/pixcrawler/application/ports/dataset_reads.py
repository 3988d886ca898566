"""Datasets, versions and exports as people see them."""

from datetime import datetime
from typing import Any, Protocol

import msgspec

from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.difference import Changed, Difference
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import (
    CrawlJobId,
    DatasetId,
    DatasetVersionId,
    ExportId,
    ProjectId,
    TaskId,
    UserId,
)
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.tier import Move, Tier


class DatasetFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which datasets; all that may be seen without a condition."""

    project_id: ProjectId | None = None


class DatasetDetail(msgspec.Struct, frozen=True):
    """One dataset, whole; also a line of a list. `jobs` are all that its selection names; `versions` is how
    many were asked for, ever; `version` moves on with every change."""

    id: DatasetId
    owner_id: UserId
    project_id: ProjectId
    name: str
    description: str
    selection: Selection
    jobs: tuple[CrawlJobId, ...]
    versions: int
    version: int
    created_at: datetime


class VersionLine(msgspec.Struct, frozen=True):
    """A version in a list. `digest` is the SHA-256 of its rows; versions with the same digest are the same.
    `bytes` is that of the pictures."""

    id: DatasetVersionId
    dataset_id: DatasetId
    number: int
    status: BuildStatus
    failure_code: str | None
    failure: str | None
    digest: str | None
    images: int
    bytes: int
    changelog: str
    created_at: datetime


class VersionDetail(msgspec.Struct, frozen=True):
    """One version, whole: also what it was made by, and what changed since the ready version before it."""

    id: DatasetVersionId
    dataset_id: DatasetId
    number: int
    status: BuildStatus
    failure_code: str | None
    failure: str | None
    digest: str | None
    images: int
    bytes: int
    changelog: str
    created_at: datetime
    selection: Selection
    changes: Difference | None


class DatasetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the newest version stands, and which one is the newest that is ready."""

    dataset_id: DatasetId
    newest: VersionLine | None
    ready: VersionLine | None


class VersionAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is to be built. `task_ids` is the task that builds it; none while images of its jobs are
    being labelled: the end of that makes it."""

    version: VersionLine
    task_ids: tuple[TaskId, ...]


class ExportFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which exports; all that may be seen without a condition."""

    dataset_id: DatasetId | None = None
    status: BuildStatus | None = None


class Written(msgspec.Struct, frozen=True):
    """How an export is written. `splits` has the ratios and the seed; a `conversion` of null leaves pictures
    as they are; a `shard_size` (bytes) of null is the usual one."""

    splits: SplitPlan
    archive: Archive | None
    conversion: Conversion | None
    shard_size: int | None


class ExportDetail(msgspec.Struct, frozen=True):
    """One export, whole; also a line of a list. `counts` is images per split and class, as they were read
    back from what was written; `digest` is the SHA-256 of the archive; `downloaded_at` is when somebody last
    asked for it. `moving` says that it is on its way to the other tier, `move_failure` why it did not get
    there. A ready export goes at `expires_at`, as its owner's plan says, unless it is downloaded before."""

    id: ExportId
    version_id: DatasetVersionId
    owner_id: UserId
    dataset_id: DatasetId
    number: int
    format: str
    plan: Written
    status: BuildStatus
    failure_code: str | None
    failure: str | None
    images: int
    bytes: int
    counts: dict[str, dict[str, int]]
    digest: str | None
    tier: Tier
    created_at: datetime
    downloaded_at: datetime | None
    moving: Move | None = None
    move_failure: str | None = None
    expires_at: datetime | None = None


class ExportAsked(msgspec.Struct, frozen=True, kw_only=True):
    """An export that is to be written. `task_ids` is the task that writes it."""

    export: ExportDetail
    task_ids: tuple[TaskId, ...]


class ImageTold(msgspec.Struct, frozen=True):
    """What a version tells of one of its images: see the manifest's reference. Sizes are in pixels, `bytes`
    those of the file; `labels` are all, the first its class."""

    labels: tuple[str, ...]
    label_source: str
    label_confidence: float | None
    width: int
    height: int
    format: str
    bytes: int
    source: str
    source_id: str | None
    image_url: str
    page_url: str | None
    title: str | None
    query: str | None
    license: str
    license_url: str | None
    license_raw: str | None
    author: str | None
    author_url: str | None
    attribution: str | None
    retrieved_at: str
    phash: str | None
    dhash: str | None
    dedup_group: str | None
    tags: tuple[str, ...]
    quality: dict[str, float | list[str]] | None


class VersionImage(msgspec.Struct, frozen=True, kw_only=True):
    """One image of a version. Of one that was taken down since then nothing is told but when and why."""

    id: str
    sha256: str
    label: str
    told: ImageTold | None
    taken_down_at: str | None = None
    reason: str | None = None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What `to` has that `since` has not. `items` is one page of `changed` pictures, by class and SHA-256."""

    since: int
    to: int
    summary: Difference
    items: list[Changed]
    changed: int
    page: int
    size: int
    pages: int


class DatasetReads(Protocol):
    async def datasets(
        self, which: DatasetFilter, window: Window, *, visible_to: Actor
    ) -> Found[DatasetDetail]:
        """Newest first."""
        ...

    async def dataset(self, dataset_id: DatasetId, *, visible_to: Actor) -> DatasetDetail:
        """Raises DatasetNotFound."""
        ...

    async def status(self, dataset_id: DatasetId, *, visible_to: Actor) -> DatasetStatus:
        """Raises DatasetNotFound."""
        ...

    async def versions(
        self, dataset_id: DatasetId, window: Window, *, visible_to: Actor
    ) -> Found[VersionLine]:
        """Newest first. Raises DatasetNotFound."""
        ...

    async def version(
        self, dataset_id: DatasetId, number: int | None, *, visible_to: Actor
    ) -> DatasetVersion:
        """None: the newest that is ready. Raises DatasetNotFound or DatasetVersionNotFound."""
        ...

    async def version_id(
        self, dataset_id: DatasetId, number: int | None, *, visible_to: Actor
    ) -> DatasetVersionId:
        """Which one ``version`` would give; much less is read. Raises the same."""
        ...

    async def exports(self, which: ExportFilter, window: Window, *, visible_to: Actor) -> Found[ExportDetail]:
        """Newest first; not what went into a local folder of somebody's own."""
        ...

    async def export(self, export_id: ExportId, *, visible_to: Actor) -> ExportDetail:
        """Raises ExportNotFound."""
        ...

    async def ready_export(
        self, dataset_id: DatasetId, number: int | None, format_id: str | None, *, visible_to: Actor
    ) -> ExportDetail:
        """The newest of this version (None: the newest that is ready) in this format (None: in any) that can
        be downloaded. Raises DatasetNotFound, DatasetVersionNotFound or ExportNotFound."""
        ...


def detail_of(dataset: Dataset) -> DatasetDetail:
    return DatasetDetail(*(getattr(dataset, name) for name in DatasetDetail.__struct_fields__))


def line_of(version: DatasetVersion) -> VersionLine:
    return VersionLine(*(getattr(version, name) for name in VersionLine.__struct_fields__))


def version_detail(version: DatasetVersion) -> VersionDetail:
    return VersionDetail(*(getattr(version, name) for name in VersionDetail.__struct_fields__))


def export_detail(export: Export, version: DatasetVersion) -> ExportDetail:
    """Of one that was just asked for; ``version`` is the one that it is of."""
    told: dict[str, Any] = {"dataset_id": version.dataset_id, "number": version.number}
    told["plan"] = Written(*(getattr(export.plan, name) for name in Written.__struct_fields__))
    told["expires_at"] = None  # it is not ready yet
    told |= {name: getattr(export, name) for name in ExportDetail.__struct_fields__ if name not in told}
    return ExportDetail(**told)
