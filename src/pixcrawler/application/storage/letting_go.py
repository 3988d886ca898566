"""Acting on what a policy found, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Listed, ObjectStore
from pixcrawler.application.ports.policies import ExportChoice
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.storage.choosing import (
    item_of_export,
    item_of_object,
    item_of_picture,
    to_archive,
    to_remove,
)
from pixcrawler.application.storage.reaping import delete_old, unreferenced
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.datasets.moving import ask_for_archival
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from pixcrawler.domain.shared.ids import ExecutionId, ExportId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import AT_MOST, Fate, Item
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Target

PAGE = 200
"""Things in one transaction, which lasts well under a second."""


class Run(NamedTuple):
    """An execution as it acts: ``at`` is the moment by which things are old enough."""

    execution: ExecutionId
    at: datetime
    lease: Lease


class _Page(NamedTuple):
    """What one transaction let go: how many things, and the keys that no row names since."""

    things: int
    keys: Sequence[tuple[Tier, str]] = ()


@dataclass(frozen=True, slots=True)
class LettingGo:
    transaction: Transaction
    stores: Stores
    grace: timedelta
    run: Run

    async def act(self, policy: ArchivalPolicy | CleanupPolicy) -> bool:
        """Whether there is more than one execution acts on."""
        if isinstance(policy, ArchivalPolicy):
            return await self._exports(to_archive(policy, self.run.at), archive=True)
        match policy.target:
            case Target.UNREFERENCED_OBJECTS:
                return await self._objects(max(self.grace, timedelta(days=policy.after_days)))
            case Target.REJECTED_PICTURES:
                return await self._pictures(policy)
            case _:
                return await self._exports(to_remove(policy, self.run.at), archive=False)

    async def _exports(self, choice: ExportChoice, *, archive: bool) -> bool:
        async def write(tx: UnitOfWork) -> _Page | None:
            most = await self._left(tx)
            found = await tx.holdings.exports(choice, most=max(most, 1))
            if not found or not most:
                return _Page(0) if found else None
            mine = await tx.holdings.exports(choice, most=most, among=[one.id for one in found])
            for one in mine:
                await (self._ask(tx, one.id) if archive else tx.exports.delete(one.id))
            fate = Fate.ASKED if archive else Fate.REMOVED
            await self._log(tx, [item_of_export(one, choice, fate) for one in mine])
            await tx.commit()
            gone = [] if archive else [(one.tier, one.key) for one in mine if one.key is not None]
            return _Page(len(mine), gone)

        while not self.run.lease.draining:
            page = await self.transaction.repeated(write, fenced_by=self.run.lease)
            if page is None or not page.things:
                return page is not None
            await self.stores.let_go(page.keys)
        return True

    async def _ask(self, tx: UnitOfWork, key: ExportId) -> None:
        export = await tx.exports.get(key)
        events = ask_for_archival(export, at=self.run.at)
        await tx.exports.save(export)
        tx.record(*events, owner=export.owner_id, lane=SHARED)

    async def _pictures(self, policy: CleanupPolicy) -> bool:
        before, project = policy.before(self.run.at), policy.project_id

        async def write(tx: UnitOfWork) -> _Page | None:
            found = await tx.holdings.rejected_pictures(before, project=project, most=1)
            if not found:
                return None
            job = await tx.crawl_jobs.locked(found[0].job_id)
            most = await self._left(tx)
            if not most:
                return _Page(0)
            pictures = await tx.holdings.rejected_pictures(before, project=project, job=job.id, most=most)
            for one in pictures:
                removed = await tx.candidates.remove_picture(job, one.candidate)
                job.remove_image(stood=removed.stood, undone=removed.undone)
            await tx.crawl_jobs.save(job)
            await self._log(tx, [item_of_picture(one, Fate.REMOVED) for one in pictures])
            await tx.commit()
            return _Page(len(pictures), [(Tier.HOT, one.key) for one in pictures])

        while not self.run.lease.draining:
            page = await self.transaction.repeated(write, fenced_by=self.run.lease)
            if page is None or not page.things:
                return page is not None
            await self._forget_pictures([key for _, key in page.keys])
        return True

    async def _forget_pictures(self, keys: Sequence[str]) -> None:
        """Another job may be storing the same picture right now: a young object is left to the reaper."""
        async with self.transaction() as tx:
            unnamed = await tx.images.unnamed(sorted(set(keys)))
        for key in sorted(unnamed):
            if await delete_old(self.stores.hot, key, older_than=self.grace):
                await self.stores.hot.delete(thumbnail_key(key))

    async def _objects(self, older_than: timedelta) -> bool:
        for tier, store in self.stores.there():
            async for page in unreferenced(self.transaction, store, older_than=older_than):
                for at in range(0, len(page), PAGE):
                    part = page[at : at + PAGE]
                    done = await self._remove_objects(part, tier, store, older_than)
                    if done < len(part) or self.run.lease.draining:
                        return True
        return False

    async def _remove_objects(
        self, page: Sequence[Listed], tier: Tier, store: ObjectStore, older_than: timedelta
    ) -> int:
        """How many were within the bound of one execution. They are logged first: what is deleted is in the
        log, whatever happens in between."""

        async def write(tx: UnitOfWork) -> Sequence[Listed]:
            mine = page[: await self._left(tx)]
            await self._log(tx, [item_of_object(one, tier, Fate.REMOVED, older_than) for one in mine])
            await tx.commit()
            return mine

        mine = await self.transaction.repeated(write, fenced_by=self.run.lease)
        for one in mine:
            await delete_old(store, one.key, older_than=older_than)
        return len(mine)

    async def _left(self, tx: UnitOfWork) -> int:
        execution = await tx.executions.locked(self.run.execution)
        return min(PAGE, AT_MOST - execution.items)

    async def _log(self, tx: UnitOfWork, items: Sequence[Item]) -> None:
        execution = await tx.executions.locked(self.run.execution)
        execution.record(await tx.executions.log(execution.id, items))
        await tx.executions.save(execution)
