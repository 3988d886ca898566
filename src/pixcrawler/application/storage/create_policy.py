"""Creating a policy."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.storage.policies import (
    must_be_superuser,
    note,
    refuse_a_taken_name,
    refuse_what_is_not_there,
)
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import DatasetId, PolicyId, ProjectId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.storage.execution import PolicyKind
from pixcrawler.domain.storage.policy import Age, ArchivalPolicy, CleanupPolicy, Target


class NewPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy that somebody wants. See ``Policy`` for what its fields mean."""

    name: str
    after_days: int
    enabled: bool = False
    every_hours: int = 24
    project_id: ProjectId | None = None
    dataset_id: DatasetId | None = None
    format: str | None = None


class NewArchivalPolicy(NewPolicy, frozen=True, kw_only=True):
    age: Age = Age.UNUSED


class NewCleanupPolicy(NewPolicy, frozen=True, kw_only=True):
    target: Target
    keep_newest: int = 1


@use_case
class CreateArchivalPolicy:
    """One that is enabled is first due after one interval, so that there is time for a dry run."""

    transaction: Transaction
    clock: Clock
    new_id: NewId
    formats: Collection[str]

    async def __call__(
        self, wanted: NewArchivalPolicy, *, by: Actor, once: Once | None = None
    ) -> ArchivalPolicy:
        """Raises SuperusersOnly, InvalidPolicy, PolicyNameTaken, ProjectNotFound, DatasetNotFound,
        UnknownFormat, and what ``Answers`` raises."""
        must_be_superuser(by)
        policy = ArchivalPolicy(**_values(wanted, PolicyId(self.new_id()), self.clock.now()))
        policy.apply({}, at=policy.created_at)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ArchivalPolicy)) is not None:
                return earlier
            await refuse_a_taken_name(tx.archival_policies, policy)
            await refuse_what_is_not_there(tx, policy, self.formats)
            await tx.archival_policies.add(policy)
            note(tx, Act.POLICY_CREATED, policy, PolicyKind.ARCHIVAL, by=by)
            await tx.answers.keep(once, policy, owner=by.id)
            await tx.commit()
        return policy


@use_case
class CreateCleanupPolicy:
    """As above."""

    transaction: Transaction
    clock: Clock
    new_id: NewId
    formats: Collection[str]

    async def __call__(
        self, wanted: NewCleanupPolicy, *, by: Actor, once: Once | None = None
    ) -> CleanupPolicy:
        """Raises SuperusersOnly, InvalidPolicy, PolicyNameTaken, ProjectNotFound, DatasetNotFound,
        UnknownFormat, and what ``Answers`` raises."""
        must_be_superuser(by)
        policy = CleanupPolicy(**_values(wanted, PolicyId(self.new_id()), self.clock.now()))
        policy.apply({}, at=policy.created_at)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=CleanupPolicy)) is not None:
                return earlier
            await refuse_a_taken_name(tx.cleanup_policies, policy)
            await refuse_what_is_not_there(tx, policy, self.formats)
            await tx.cleanup_policies.add(policy)
            note(tx, Act.POLICY_CREATED, policy, PolicyKind.CLEANUP, by=by)
            await tx.answers.keep(once, policy, owner=by.id)
            await tx.commit()
        return policy


def _values(wanted: NewPolicy, key: PolicyId, at: datetime) -> dict[str, Any]:
    own = msgspec.structs.asdict(wanted)
    return {**own, "id": key, "next_at": None, "version": 1, "created_at": at, "updated_at": at}
