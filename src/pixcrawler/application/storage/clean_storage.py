"""Letting go of one's own exports, at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.policies import ChosenExport, ExportChoice
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.storage.choosing import item_of_export, removable
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ExportId, TaskId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.storage.execution import Fate, Item, ObjectsReleased
from pixcrawler.domain.storage.policy import Target

AT_MOST = 1_000
"""Exports that one request lets go; so that it takes no longer than a moment."""


class CleanupWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What may go, once it is that old. ``targets`` are of exports; ``keep_newest`` is of superseded ones."""

    targets: tuple[Target, ...]
    after_days: int
    keep_newest: int


class Cleaned(msgspec.Struct, frozen=True, kw_only=True):
    """What went, or would go; `bytes` is the sum of its items'. `more`: there was more than one request lets
    go. `task_ids` is the task that deletes the files."""

    dry_run: bool
    items: tuple[Item, ...]
    bytes: int
    more: bool
    task_ids: tuple[TaskId, ...]


@use_case
class CleanStorage:
    """The rows go in one transaction; a task deletes the objects, and what it leaves is reaped."""

    transaction: Transaction
    clock: Clock

    async def __call__(
        self, wanted: CleanupWanted, *, dry_run: bool, by: Actor, once: Once | None = None
    ) -> Cleaned:
        """Raises ScopeMissing, and what ``Answers`` raises."""
        by.must(WRITE)
        at = self.clock.now()
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=Cleaned)) is not None:
                return earlier
            items, more = await self._items(tx, wanted, at, by, dry_run=dry_run)
            if not dry_run and items:
                await _remove(tx, items, at, by)
                freed = sum(item.bytes for item in items)
                tx.audit(Act.STORAGE_CLEANED, by.id, by=by, owner=by.id, exports=len(items), bytes=freed)
            cleaned = Cleaned(
                dry_run=dry_run,
                items=tuple(items),
                bytes=sum(item.bytes for item in items),
                more=more,
                task_ids=tx.task_ids,
            )
            await tx.answers.keep(once, cleaned, owner=by.id)
            await tx.commit()
        return cleaned

    async def _items(
        self, tx: UnitOfWork, wanted: CleanupWanted, at: datetime, by: Actor, *, dry_run: bool
    ) -> tuple[list[Item], bool]:
        """Each export once, however many targets name it."""
        found: dict[ExportId, Item] = {}
        more = False
        for target in dict.fromkeys(wanted.targets):
            before = at - timedelta(days=wanted.after_days)
            choice = removable(target, before=before, at=at, keep_newest=wanted.keep_newest)
            choice = msgspec.structs.replace(choice, owner_id=by.id)
            chosen = await tx.holdings.exports(choice, most=AT_MOST + 1)
            more = more or len(chosen) > AT_MOST
            if not dry_run:
                chosen = await _mine(tx, choice, chosen)
            for one in chosen:
                fate = Fate.LISTED if dry_run else Fate.REMOVED
                found.setdefault(one.id, item_of_export(one, choice, fate))
        items = list(found.values())
        return items[:AT_MOST], more or len(items) > AT_MOST


async def _mine(tx: UnitOfWork, choice: ExportChoice, chosen: Sequence[ChosenExport]) -> list[ChosenExport]:
    """What nobody else works on; locked."""
    return await tx.holdings.exports(choice, most=AT_MOST, among=[one.id for one in chosen])


async def _remove(tx: UnitOfWork, items: Sequence[Item], at: datetime, by: Actor) -> None:
    for item in items:
        await tx.exports.delete(ExportId(UUID(item.subject)))
    objects = tuple((item.tier, item.key) for item in items if item.key is not None)
    if objects:
        tx.record(ObjectsReleased(at=at, objects=objects), owner=by.id, lane=SHARED)
