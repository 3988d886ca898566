"""Deleting an export."""

from dataclasses import dataclass

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.domain.shared.tier import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteExport:
    """Delete its row and its open task, which ends whoever is writing it, then its object.

    What is in the warm tier, and what was not deleted because this process ended in between, is named by no
    row any more and swept up later. A local folder stays: it is its owner's.
    """

    transaction: Transaction
    store: ObjectStore

    async def __call__(self, export_id: ExportId, *, by: Actor) -> None:
        """Raises ScopeMissing and ExportNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            export = await tx.exports.locked(export_id)
            if not by.may_see(export.owner_id):
                raise ExportNotFound(f"There is no export {export_id}.")
            await tx.exports.delete(export_id)
            await tx.commit()
        if export.key is not None and export.tier is Tier.HOT:
            await self.store.delete(export.key)
