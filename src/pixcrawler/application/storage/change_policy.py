"""Changing a policy."""

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec

from pixcrawler.application.ports.clock import Clock
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
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import PolicyId
from pixcrawler.domain.storage.execution import PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Policy

P = TypeVar("P", bound=Policy)


class PolicyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different, by the names of a policy's fields. ``version`` is the one that the change was
    meant for."""

    fields: dict[str, Any]
    version: int | None = None

    @property
    def narrows(self) -> bool:
        """What it was for before may be gone by now, and it can be changed all the same."""
        return not self.fields.keys().isdisjoint(("project_id", "dataset_id", "format"))


@use_case
class ChangeArchivalPolicy:
    """One that is enabled by it, or gets another rhythm, is due after one interval."""

    transaction: Transaction
    clock: Clock
    formats: Collection[str]

    async def __call__(self, policy_id: PolicyId, change: PolicyChange, *, by: Actor) -> ArchivalPolicy:
        """Raises SuperusersOnly, PolicyNotFound, InvalidPolicy, PolicyNameTaken, ChangedMeanwhile,
        ProjectNotFound, DatasetNotFound or UnknownFormat."""
        must_be_superuser(by)
        async with self.transaction() as tx:
            policy = await tx.archival_policies.locked(policy_id)
            if _differs(policy, change, self.clock):
                await refuse_a_taken_name(tx.archival_policies, policy)
                if change.narrows:
                    await refuse_what_is_not_there(tx, policy, self.formats)
                await tx.archival_policies.save(policy)
                note(tx, Act.POLICY_CHANGED, policy, PolicyKind.ARCHIVAL, by=by)
                await tx.commit()
        return policy


@use_case
class ChangeCleanupPolicy:
    """As above."""

    transaction: Transaction
    clock: Clock
    formats: Collection[str]

    async def __call__(self, policy_id: PolicyId, change: PolicyChange, *, by: Actor) -> CleanupPolicy:
        """Raises SuperusersOnly, PolicyNotFound, InvalidPolicy, PolicyNameTaken, ChangedMeanwhile,
        ProjectNotFound, DatasetNotFound or UnknownFormat."""
        must_be_superuser(by)
        async with self.transaction() as tx:
            policy = await tx.cleanup_policies.locked(policy_id)
            if _differs(policy, change, self.clock):
                await refuse_a_taken_name(tx.cleanup_policies, policy)
                if change.narrows:
                    await refuse_what_is_not_there(tx, policy, self.formats)
                await tx.cleanup_policies.save(policy)
                note(tx, Act.POLICY_CHANGED, policy, PolicyKind.CLEANUP, by=by)
                await tx.commit()
        return policy


def _differs(policy: Policy, change: PolicyChange, clock: Clock) -> bool:
    """Whether the change made a difference."""
    if change.version is not None and change.version != policy.version:
        message = f"The policy is at version {policy.version} by now; load it again."
        raise ChangedMeanwhile(message, field="version")
    before, at = msgspec.structs.asdict(policy), clock.now()
    policy.apply(change.fields, at=at)
    if msgspec.structs.asdict(policy) == before:
        return False
    policy.updated_at = at
    return True
