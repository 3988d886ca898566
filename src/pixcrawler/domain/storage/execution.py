"""One run of a policy: what it would do, or did."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import ExecutionId, PolicyId, UserId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.errors import ExecutionEnded

AT_MOST = 10_000
"""Things that one execution acts on; what is left comes with the next."""


class PolicyKind(StrEnum):
    ARCHIVAL = "archival"
    CLEANUP = "cleanup"


class ExecutionStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class ItemKind(StrEnum):
    EXPORT = "export"
    PICTURE = "picture"
    OBJECT = "object"


class Fate(StrEnum):
    """``LISTED`` by a dry run; ``REMOVED``; ``ASKED``: a task of its own moves it, and its export tells how
    that went."""

    LISTED = "listed"
    REMOVED = "removed"
    ASKED = "asked"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that goes. ``subject`` is the id of an export or of a picture in its job, or an object's key;
    ``bytes`` is what its file takes in the store, 0 of none and of one that others need too. ``why`` is a
    sentence."""

    kind: ItemKind
    subject: str
    owner_id: UserId | None
    key: str | None
    tier: Tier
    bytes: int
    why: str
    fate: Fate


class PolicyExecutionRequested(Event, frozen=True, kw_only=True, tag="storage.policy_execution_requested"):
    execution_id: ExecutionId

    @property
    def subject_id(self) -> UUID | None:
        return self.execution_id


class ObjectsReleased(Event, frozen=True, kw_only=True, tag="storage.objects_released"):
    """Their rows are gone."""

    objects: tuple[tuple[Tier, str], ...]


class Execution(msgspec.Struct, kw_only=True):
    """``policy_id`` may be that of a policy that is gone since; ``name`` is what it was called. ``by`` is
    None when it was due. ``bytes`` are those of its ``items``. ``more``: there was more than one execution
    does."""

    id: ExecutionId
    policy_id: PolicyId
    kind: PolicyKind
    name: str
    dry_run: bool
    by: UserId | None
    status: ExecutionStatus
    items: int
    bytes: int
    more: bool
    failure_code: str | None
    failure: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED)

    def begin(self) -> None:
        """Also after a crash in the middle. Raises ExecutionEnded."""
        if self.is_over:
            raise ExecutionEnded("This execution has ended.")
        self.status = ExecutionStatus.RUNNING

    def record(self, items: Sequence[Item]) -> None:
        """Count what was newly logged."""
        self.items += len(items)
        self.bytes += sum(item.bytes for item in items)

    def complete(self, *, more: bool, at: datetime) -> None:
        self.status, self.more, self.ended_at = ExecutionStatus.COMPLETED, more, at

    def fail(self, code: str, sentence: str, *, at: datetime) -> None:
        self.status, self.ended_at = ExecutionStatus.FAILED, at
        self.failure_code, self.failure = code, sentence


def new_execution(
    key: ExecutionId,
    *,
    policy_id: PolicyId,
    kind: PolicyKind,
    name: str,
    dry_run: bool,
    by: UserId | None,
    at: datetime,
) -> Execution:
    return Execution(
        id=key,
        policy_id=policy_id,
        kind=kind,
        name=name,
        dry_run=dry_run,
        by=by,
        status=ExecutionStatus.PENDING,
        items=0,
        bytes=0,
        more=False,
        failure_code=None,
        failure=None,
        created_at=at,
        ended_at=None,
    )
