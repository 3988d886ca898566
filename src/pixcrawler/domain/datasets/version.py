"""A dataset version and an export: pending → building → ready | failed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.difference import Difference, told
from pixcrawler.domain.datasets.errors import BuildCancelled, ExportMismatch, TakenDown
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.statistics import Statistics
from pixcrawler.domain.shared.errors import Conflict
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import DatasetId, DatasetVersionId, ExportId, UserId
from pixcrawler.domain.shared.tier import Move, Tier


class BuildStatus(StrEnum):
    PENDING = "pending"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class WrongBuildState(Conflict):
    code = "WRONG_BUILD_STATE"


class VersionRequested(Event, frozen=True, kw_only=True, tag="datasets.version_requested"):
    version_id: DatasetVersionId

    @property
    def subject_id(self) -> UUID | None:
        return self.version_id


class VersionReady(Event, frozen=True, kw_only=True, tag="datasets.version_ready"):
    version_id: DatasetVersionId


class ExportRequested(Event, frozen=True, kw_only=True, tag="datasets.export_requested"):
    export_id: ExportId

    @property
    def subject_id(self) -> UUID | None:
        return self.export_id


class ExportReady(Event, frozen=True, kw_only=True, tag="datasets.export_ready"):
    export_id: ExportId

    @property
    def subject_id(self) -> UUID | None:
        return self.export_id


class BuildFailed(Event, frozen=True, kw_only=True, tag="datasets.build_failed"):
    """A version or an export could not be made."""

    subject: UUID
    code: str
    reason: str


class Buildable(msgspec.Struct, kw_only=True):
    """What a version and an export have in common: a state, and why it failed: a code and a sentence."""

    status: BuildStatus
    failure_code: str | None
    failure: str | None

    @property
    def has_ended(self) -> bool:
        """Well or badly."""
        return self.status in (BuildStatus.READY, BuildStatus.FAILED)

    @property
    def is_ready(self) -> bool:
        return self.status is BuildStatus.READY

    def begin(self) -> None:
        """Also after a crash in the middle: building again is harmless."""
        if self.has_ended:
            raise WrongBuildState(f"It is {self.status}; only a pending one can be built.")
        self.status = BuildStatus.BUILDING

    def _failed(self, code: str, sentence: str) -> None:
        self.status = BuildStatus.FAILED
        self.failure_code = code
        self.failure = sentence


class DatasetVersion(Buildable, kw_only=True):
    """An immutable, content-addressed manifest.

    ``digest`` is the SHA-256 (hex) of its canonical rows: versions with the same digest hold the same images
    with the same facts. ``selection`` is what it was made by. ``changelog`` is what somebody wrote, or else
    what its ``changes`` since the version before come to; those are None of a first version, ``stats`` of
    one that is not ready or was made by an older release.
    """

    id: DatasetVersionId
    dataset_id: DatasetId
    owner_id: UserId
    number: int
    digest: str | None
    manifest_key: str | None
    images: int
    bytes: int
    selection: Selection
    changelog: str
    changes: Difference | None
    stats: Statistics | None
    created_at: datetime

    def ready(
        self,
        *,
        digest: str,
        key: str,
        stats: Statistics,
        changes: Difference | None,
        at: datetime,
    ) -> tuple[Event, ...]:
        self.status = BuildStatus.READY
        self.digest = digest
        self.manifest_key = key
        self.images = stats.images
        self.bytes = stats.bytes
        self.stats = stats
        self.changes = changes
        self.changelog = self.changelog or told(changes)
        return (VersionReady(at=at, version_id=self.id),)

    def cancel(self, *, at: datetime) -> tuple[Event, ...]:
        """Raises WrongBuildState when it has ended already."""
        if self.has_ended:
            raise WrongBuildState(f"Version {self.number} is {self.status}; there is nothing to cancel.")
        return self.fail(BuildCancelled.code, "It was cancelled.", at=at)

    def fail(self, code: str, sentence: str, *, at: datetime) -> tuple[Event, ...]:
        self._failed(code, sentence)
        return (BuildFailed(at=at, subject=self.id, code=code, reason=sentence),)


class ExportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How an export is written. ``folder`` is a local folder, set by the command line only; without one it
    is an archive in the store. ``archive`` None is files in that folder. ``shard_size`` is bytes of pictures
    in a shard, None the usual."""

    splits: SplitPlan
    folder: str | None = None
    archive: Archive | None = None
    conversion: Conversion | None = None
    shard_size: int | None = None


class Export(Buildable, kw_only=True):
    """One dataset version written in one format.

    ``counts`` is images per split and class, re-read from what was written. While it is being built,
    ``images`` is how many it has. ``key`` and ``digest`` (SHA-256, hex) are those of the archive in the
    store, None of what went into a folder. ``downloaded_at`` is when somebody last asked for it. In the
    warm tier its object is a 7z of ``warm_bytes``, under ``key``; ``bytes`` and ``digest`` stay those of
    the archive as it was written. ``moving`` is where it is on its way to, ``move_failure`` why it did not
    get there.
    """

    id: ExportId
    version_id: DatasetVersionId
    owner_id: UserId
    format: str
    plan: ExportPlan
    images: int
    bytes: int
    counts: dict[str, dict[str, int]]
    key: str | None
    digest: str | None
    tier: Tier
    created_at: datetime
    downloaded_at: datetime | None
    moving: Move | None
    move_failure: str | None
    warm_bytes: int | None

    @classmethod
    def new(
        cls,
        key: ExportId,
        *,
        version: DatasetVersionId,
        owner: UserId,
        format_id: str,
        plan: ExportPlan,
        at: datetime,
    ) -> "Export":
        return cls(
            id=key,
            version_id=version,
            owner_id=owner,
            format=format_id,
            plan=plan,
            status=BuildStatus.PENDING,
            failure_code=None,
            failure=None,
            images=0,
            bytes=0,
            counts={},
            key=None,
            digest=None,
            tier=Tier.HOT,
            created_at=at,
            downloaded_at=None,
            moving=None,
            move_failure=None,
            warm_bytes=None,
        )

    @property
    def last_used(self) -> datetime:
        """When it was last downloaded, or else made."""
        return self.created_at if self.downloaded_at is None else max(self.created_at, self.downloaded_at)

    def ready(
        self,
        *,
        images: int,
        size: int,
        counts: dict[str, dict[str, int]],
        key: str | None = None,
        digest: str | None = None,
        at: datetime,
    ) -> tuple[Event, ...]:
        """Raises ExportMismatch when ``take_down`` came in between: then it is written again."""
        if self.status is not BuildStatus.BUILDING:
            raise ExportMismatch("A picture was taken down while this was written; it is written again.")
        self.status = BuildStatus.READY
        self.images = images
        self.bytes = size
        self.counts = counts
        self.key = key
        self.digest = digest
        return (ExportReady(at=at, export_id=self.id),)

    def take_down(self) -> tuple[Tier, str] | None:
        """A picture in it was taken down. One that is being written is begun anew; one that lies in a store
        is ready no more, and its object (its tier and key) has to go."""
        if self.status is BuildStatus.BUILDING:
            self.status = BuildStatus.PENDING
        if self.key is None:
            return None
        gone = self.tier, self.key
        self._failed(TakenDown.code, "A picture in it was taken down; export the version again.")
        self.key = self.digest = self.warm_bytes = self.moving = None
        self.tier = Tier.HOT
        return gone

    def fail(self, code: str, sentence: str, *, at: datetime) -> tuple[Event, ...]:
        self._failed(code, sentence)
        self.images = 0
        return (BuildFailed(at=at, subject=self.id, code=code, reason=sentence),)
