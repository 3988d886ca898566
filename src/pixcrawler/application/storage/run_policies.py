"""Task: begin the policies that are due."""

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.ids import ExecutionId
from pixcrawler.domain.storage.execution import PolicyExecutionRequested, PolicyKind, new_execution


@use_case
class RunPolicies:
    """One execution for each due time, however many workers look: its next time, the execution and the task
    are one commit."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            at = self.clock.now()
            archival = [(PolicyKind.ARCHIVAL, one) for one in await tx.archival_policies.take_due(at)]
            cleanup = [(PolicyKind.CLEANUP, one) for one in await tx.cleanup_policies.take_due(at)]
            for kind, policy in [*archival, *cleanup]:
                execution = new_execution(
                    ExecutionId(self.new_id()),
                    policy_id=policy.id,
                    kind=kind,
                    name=policy.name,
                    dry_run=False,
                    by=None,
                    at=at,
                )
                await tx.executions.add(execution)
                tx.record(PolicyExecutionRequested(at=at, execution_id=execution.id), owner=None, lane=SHARED)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)
