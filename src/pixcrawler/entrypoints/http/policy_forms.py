"""What bodies about policies hold, and examples of what is answered."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.storage.change_policy import PolicyChange
from pixcrawler.application.storage.create_policy import NewArchivalPolicy, NewCleanupPolicy
from pixcrawler.application.storage.request_execution import ExecutionTasks
from pixcrawler.domain.shared.ids import DatasetId, ExecutionId, PolicyId, ProjectId, TaskId, UserId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import Execution, ExecutionStatus, Fate, Item, ItemKind, PolicyKind
from pixcrawler.domain.storage.policy import (
    LONGEST_NAME,
    MOST_DAYS,
    MOST_HOURS,
    MOST_KEPT,
    Age,
    ArchivalPolicy,
    CleanupPolicy,
    Target,
)
from pixcrawler.entrypoints.http.job_fields import ONE_LINE, Version
from pixcrawler.entrypoints.http.job_forms import sent

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=ONE_LINE)]
Hours = Annotated[int, Meta(ge=1, le=MOST_HOURS)]
Days = Annotated[int, Meta(ge=0, le=MOST_DAYS)]
Kept = Annotated[int, Meta(ge=1, le=MOST_KEPT)]
FormatId = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
PolicyPath = Annotated[UUID, PathParameter(description="The policy's id.")]
ExecutionPath = Annotated[UUID, PathParameter(description="The execution's id.")]
DryRun = Annotated[bool, QueryParameter(description="Only list what would go, and why.")]


class _NewPolicyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    after_days: Days
    enabled: bool = False
    every_hours: Hours = 24
    project_id: UUID | None = None
    dataset_id: UUID | None = None
    format: FormatId | None = None

    def _common(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "after_days": self.after_days,
            "enabled": self.enabled,
            "every_hours": self.every_hours,
            "project_id": None if self.project_id is None else ProjectId(self.project_id),
            "dataset_id": None if self.dataset_id is None else DatasetId(self.dataset_id),
            "format": self.format,
        }


class CreateArchivalPolicyForm(_NewPolicyForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exports go into the warm store. An enabled policy is first due after `every_hours`."""

    age: Age = Age.UNUSED

    @property
    def command(self) -> NewArchivalPolicy:
        return NewArchivalPolicy(**self._common(), age=self.age)


class CreateCleanupPolicyForm(_NewPolicyForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is let go. An enabled policy is first due after `every_hours`. `keep_newest` is for
    `superseded_exports`; `dataset_id` and `format` are for exports only."""

    target: Target
    keep_newest: Kept = 1

    @property
    def command(self) -> NewCleanupPolicy:
        return NewCleanupPolicy(**self._common(), target=self.target, keep_newest=self.keep_newest)


class _ChangePolicyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name | UnsetType = UNSET
    after_days: Days | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    every_hours: Hours | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    dataset_id: UUID | UnsetType | None = UNSET
    format: FormatId | UnsetType | None = UNSET
    version: Version | UnsetType = UNSET

    @property
    def command(self) -> PolicyChange:
        said = {name: getattr(self, name) for name in self.__struct_fields__ if name != "version"}
        fields = {name: value for name, value in said.items() if value is not UNSET}
        return PolicyChange(fields=fields, version=sent(self.version))


class ChangeArchivalPolicyForm(_ChangePolicyForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; null takes a restriction away. With `version`, it is refused when the policy
    has moved on from it."""

    age: Age | UnsetType = UNSET


class ChangeCleanupPolicyForm(_ChangePolicyForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; null takes a restriction away. With `version`, it is refused when the policy
    has moved on from it."""

    target: Target | UnsetType = UNSET
    keep_newest: Kept | UnsetType = UNSET


AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
_ID = PolicyId(UUID("01a1fe10-4444-7985-bba8-5ff3a8de3680"))
_COMMON: dict[str, Any] = {
    "id": _ID,
    "enabled": True,
    "every_hours": 24,
    "project_id": None,
    "dataset_id": None,
    "format": None,
    "next_at": AT,
    "version": 1,
    "created_at": AT,
    "updated_at": AT,
}
ARCHIVAL = ArchivalPolicy(name="Seldom downloaded", after_days=30, age=Age.UNUSED, **_COMMON)
CLEANUP = CleanupPolicy(
    name="Older versions", after_days=7, target=Target.SUPERSEDED_EXPORTS, keep_newest=3, **_COMMON
)
EXECUTION = Execution(
    id=ExecutionId(UUID("01a1fe10-5555-7985-bba8-5ff3a8de3680")),
    policy_id=_ID,
    kind=PolicyKind.CLEANUP,
    name=CLEANUP.name,
    dry_run=True,
    by=UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680")),
    status=ExecutionStatus.COMPLETED,
    items=1,
    bytes=52_428_800,
    more=False,
    failure_code=None,
    failure=None,
    created_at=AT,
    ended_at=AT,
)
ITEM = Item(
    kind=ItemKind.EXPORT,
    subject="01a1fe10-6666-7985-bba8-5ff3a8de3680",
    owner_id=EXECUTION.by,
    key="01a1fe1000007985bba85ff3a8de3680/exports/01a1fe1066667985bba85ff3a8de3680/7f3a.zip",
    tier=Tier.HOT,
    bytes=EXECUTION.bytes,
    why="It is of version 1, which is not among the newest 3 versions.",
    fate=Fate.LISTED,
)
BEGUN = ExecutionTasks(
    execution_id=EXECUTION.id,
    dry_run=True,
    status=ExecutionStatus.PENDING,
    task_ids=(TaskId(UUID("01a1fe10-7777-7985-bba8-5ff3a8de3680")),),
)
NEW_ARCHIVAL = {"name": ARCHIVAL.name, "after_days": 30, "enabled": True}
NEW_CLEANUP = {
    "name": CLEANUP.name,
    "target": "superseded_exports",
    "after_days": 7,
    "keep_newest": 3,
    "enabled": True,
}
CHANGED = {"enabled": False, "version": 1}
