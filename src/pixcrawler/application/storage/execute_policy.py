"""Task: one execution of a policy."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.storage.choosing import (
    item_of_export,
    item_of_object,
    item_of_picture,
    to_archive,
    to_remove,
)
from pixcrawler.application.storage.letting_go import LettingGo, Run
from pixcrawler.application.storage.reaping import unreferenced
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.ids import ExecutionId
from pixcrawler.domain.storage.execution import (
    AT_MOST,
    Execution,
    Fate,
    Item,
    PolicyExecutionRequested,
    PolicyKind,
)
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Target


@use_case
class ExecutePolicy:
    """Find what the policy acts on and log it; unless it is a dry run, act.

    Both look in the same way: what a dry run lists is what an execution would do at that moment. Each page
    of things is logged in the commit that lets it go, so what is repeated after a crash goes on behind it.
    """

    transaction: Transaction
    stores: Stores
    clock: Clock
    grace: timedelta

    async def __call__(self, requested: PolicyExecutionRequested, *, lease: Lease) -> None:
        """Raises PolicyNotFound, NoWarmStore and Unavailable."""
        execution, policy = await self._begun(requested.execution_id, lease)
        if isinstance(policy, ArchivalPolicy):
            self.stores.check_archiving()
        at = self.clock.now()
        if execution.dry_run:
            await self._list(execution.id, await self._found(policy, at), lease)
            return
        run = Run(execution.id, at, lease)
        acting = LettingGo(self.transaction, self.stores, self.grace, run)
        more = await acting.act(policy)
        if not lease.draining:
            await self._complete(execution.id, more=more, lease=lease)

    async def _begun(
        self, key: ExecutionId, lease: Lease
    ) -> tuple[Execution, ArchivalPolicy | CleanupPolicy]:
        async def begin(tx: UnitOfWork) -> tuple[Execution, ArchivalPolicy | CleanupPolicy]:
            execution = await tx.executions.locked(key)
            policy = await policy_of(tx, execution)
            execution.begin()
            await tx.executions.save(execution)
            await tx.commit()
            return execution, policy

        return await self.transaction.repeated(begin, fenced_by=lease)

    async def _found(self, policy: ArchivalPolicy | CleanupPolicy, at: datetime) -> list[Item]:
        """One more than an execution acts on, if there is more."""
        if isinstance(policy, CleanupPolicy) and policy.target is Target.UNREFERENCED_OBJECTS:
            return await self._objects(policy)
        async with self.transaction() as tx:
            if isinstance(policy, CleanupPolicy) and policy.target is Target.REJECTED_PICTURES:
                pictures = await tx.holdings.rejected_pictures(
                    policy.before(at), project=policy.project_id, most=AT_MOST + 1
                )
                return [item_of_picture(one, Fate.LISTED) for one in pictures]
            choice = to_archive(policy, at) if isinstance(policy, ArchivalPolicy) else to_remove(policy, at)
            exports = await tx.holdings.exports(choice, most=AT_MOST + 1)
        return [item_of_export(one, choice, Fate.LISTED) for one in exports]

    async def _objects(self, policy: CleanupPolicy) -> list[Item]:
        older = max(self.grace, timedelta(days=policy.after_days))
        items: list[Item] = []
        for tier, store in self.stores.there():
            async for page in unreferenced(self.transaction, store, older_than=older):
                items += [item_of_object(one, tier, Fate.LISTED, older) for one in page]
                if len(items) > AT_MOST:
                    return items[: AT_MOST + 1]
        return items

    async def _list(self, key: ExecutionId, found: Sequence[Item], lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            execution = await tx.executions.locked(key)
            execution.record(await tx.executions.log(key, found[:AT_MOST]))
            execution.complete(more=len(found) > AT_MOST, at=self.clock.now())
            await tx.executions.save(execution)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _complete(self, key: ExecutionId, *, more: bool, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> None:
            execution = await tx.executions.locked(key)
            execution.complete(more=more, at=self.clock.now())
            await tx.executions.save(execution)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)


async def policy_of(tx: UnitOfWork, execution: Execution) -> ArchivalPolicy | CleanupPolicy:
    """Raises PolicyNotFound when it was deleted since."""
    if execution.kind is PolicyKind.ARCHIVAL:
        return await tx.archival_policies.get(execution.policy_id)
    return await tx.cleanup_policies.get(execution.policy_id)
