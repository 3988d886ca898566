"""Task's end: an execution of a policy that could not be done."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.errors import code_of, told
from pixcrawler.domain.storage.execution import PolicyExecutionRequested


@use_case
class FailExecution:
    """Mark it failed, with a code and a sentence. What it did until then is in its log."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, requested: PolicyExecutionRequested, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            execution = await tx.executions.locked(requested.execution_id)
            execution.fail(code_of(error), told(error), at=self.clock.now())
            await tx.executions.save(execution)
            await tx.commit(closing=lease)
