"""Asking for an export's file."""

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.datasets.moving import ask_for_download
from pixcrawler.domain.datasets.version import Export
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import ExportId, TaskId


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """Its bytes are at hand unless ``export.tier`` is warm: then it is being brought back, and
    ``export.moving`` says so. ``task_ids`` is the task of that, for whoever asked first."""

    export: Export
    task_ids: tuple[TaskId, ...]


@use_case
class FetchExport:
    """Note that somebody wants it, so that it neither is archived nor expires; bring it back where needed."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, export_id: ExportId, *, by: Actor) -> Fetched:
        """Raises ScopeMissing, ExportNotFound, ExportNotMovable."""
        by.must(READ)
        async with self.transaction() as tx:
            export = await tx.exports.locked(export_id)
            if not by.may_see(export.owner_id):
                raise ExportNotFound(f"There is no export {export_id}.")
            events = ask_for_download(export, at=self.clock.now())
            await tx.exports.save(export)
            tx.record(*events, owner=export.owner_id, lane=SHARED)
            fetched = Fetched(export=export, task_ids=tx.task_ids)
            await tx.commit()
        return fetched
