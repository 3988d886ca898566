"""Asking for one execution of a policy."""

import msgspec

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.storage.policies import must_be_superuser, note, repository
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ExecutionId, PolicyId, TaskId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.storage.execution import (
    ExecutionStatus,
    PolicyExecutionRequested,
    PolicyKind,
    new_execution,
)


class ExecutionTasks(msgspec.Struct, frozen=True, kw_only=True):
    """The execution, and the task that does it."""

    execution_id: ExecutionId
    dry_run: bool
    status: ExecutionStatus
    task_ids: tuple[TaskId, ...]


@use_case
class RequestExecution:
    """At once, whether the policy is enabled or not; when it is due next stays as it is."""

    transaction: Transaction
    stores: Stores
    clock: Clock
    new_id: NewId

    async def __call__(
        self, kind: PolicyKind, policy_id: PolicyId, *, dry_run: bool, by: Actor, once: Once | None = None
    ) -> ExecutionTasks:
        """Raises SuperusersOnly, PolicyNotFound, NoWarmStore, and what ``Answers`` raises."""
        must_be_superuser(by)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ExecutionTasks)) is not None:
                return earlier
            policy = await repository(tx, kind).get(policy_id)
            if kind is PolicyKind.ARCHIVAL:
                self.stores.check_archiving()
            at = self.clock.now()
            execution = new_execution(
                ExecutionId(self.new_id()),
                policy_id=policy.id,
                kind=kind,
                name=policy.name,
                dry_run=dry_run,
                by=by.id,
                at=at,
            )
            await tx.executions.add(execution)
            tx.record(PolicyExecutionRequested(at=at, execution_id=execution.id), owner=by.id, lane=SHARED)
            begun = ExecutionTasks(
                execution_id=execution.id, dry_run=dry_run, status=execution.status, task_ids=tx.task_ids
            )
            note(tx, Act.POLICY_EXECUTED, policy, kind, by=by, dry_run=dry_run)
            await tx.answers.keep(once, begun, owner=by.id)
            await tx.commit()
        return begun
