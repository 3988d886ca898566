"""Policies, their log, and what they may let go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.application.ports.repositories import Repository
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import (
    CandidateId,
    CrawlJobId,
    DatasetId,
    ExecutionId,
    ExportId,
    PolicyId,
    ProjectId,
    UserId,
)
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.shared.plans import Plan
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import Execution, Item, PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy


class ArchivalPolicies(Repository[ArchivalPolicy, PolicyId], Protocol):
    async def named(self, name: str) -> ArchivalPolicy | None: ...

    async def take_due(self, at: datetime) -> list[ArchivalPolicy]:
        """Those that are due by then, which are due again after their interval from then on. Whoever comes
        first gets them, nobody waits; missed times are one."""
        ...


class CleanupPolicies(Repository[CleanupPolicy, PolicyId], Protocol):
    async def named(self, name: str) -> CleanupPolicy | None: ...

    async def take_due(self, at: datetime) -> list[CleanupPolicy]:
        """As of archival policies."""
        ...


class Executions(Repository[Execution, ExecutionId], Protocol):
    async def log(self, execution: ExecutionId, items: Sequence[Item]) -> list[Item]:
        """Append; the items that are new. What was logged before stays as it was."""
        ...


class ExportChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Exports that lie in the store, or failed, and are on their way nowhere. All that is given must hold.

    ``unused_before``: last downloaded, or else made, before. ``unlinked_before``: if downloaded, then before.
    ``beyond_newest``: of a version that is not among so many newest ready ones of its dataset. ``plan`` is
    their owner's.
    """

    status: BuildStatus = BuildStatus.READY
    tier: Tier | None = None
    unused_before: datetime | None = None
    unlinked_before: datetime | None = None
    made_before: datetime | None = None
    beyond_newest: int | None = None
    plan: Plan | None = None
    owner_id: UserId | None = None
    project_id: ProjectId | None = None
    dataset_id: DatasetId | None = None
    format: str | None = None


class ChosenExport(msgspec.Struct, frozen=True, kw_only=True):
    """``bytes`` is what its object takes in the store; ``number`` its version's; ``last_used`` when it was
    last downloaded, or else made."""

    id: ExportId
    owner_id: UserId
    key: str | None
    tier: Tier
    bytes: int
    number: int
    created_at: datetime
    last_used: datetime


class ChosenPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A rejected picture of a job that has ended; ``candidate`` shows it."""

    candidate: CandidateId
    job_id: CrawlJobId
    owner_id: UserId
    key: str
    bytes: int
    reason: str


class Holdings(Protocol):
    """What is kept, and what of it may go."""

    async def exports(
        self, choice: ExportChoice, *, most: int, among: Sequence[ExportId] | None = None
    ) -> list[ChosenExport]:
        """Oldest first. With ``among``, only these, and they stay locked until the unit of work ends; what
        somebody else works on right now is left out."""
        ...

    async def rejected_pictures(
        self, before: datetime, *, project: ProjectId | None, job: CrawlJobId | None = None, most: int
    ) -> list[ChosenPicture]:
        """Of jobs that ended before then, or of this one of them, oldest first: those whose object no version
        needs, and no job that does not lose it too. The last of an object's pictures has its bytes, the
        others 0."""
        ...


class PolicyReads(Protocol):
    """For superusers; raises SuperusersOnly for others."""

    async def archival(self, window: Window, *, visible_to: Actor) -> Found[ArchivalPolicy]:
        """By name."""
        ...

    async def cleanup(self, window: Window, *, visible_to: Actor) -> Found[CleanupPolicy]:
        """By name."""
        ...

    async def archival_policy(self, key: PolicyId, *, visible_to: Actor) -> ArchivalPolicy: ...

    async def cleanup_policy(self, key: PolicyId, *, visible_to: Actor) -> CleanupPolicy: ...

    async def executions(
        self, window: Window, *, policy: UUID | None, kind: PolicyKind | None, visible_to: Actor
    ) -> Found[Execution]:
        """Newest first."""
        ...

    async def execution(self, key: ExecutionId, *, visible_to: Actor) -> Execution: ...

    async def items(self, key: ExecutionId, window: Window, *, visible_to: Actor) -> Found[Item]:
        """In the order in which they were logged."""
        ...
