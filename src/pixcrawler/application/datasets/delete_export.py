"""Deleting an export."""

from pixcrawler.application.datasets.written import note_export
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import ExportId


@use_case
class DeleteExport:
    """Delete its row and its open task, which ends whoever is writing it, then its object.

    What was not deleted, because this process ended in between or a store did not answer, is named by no row
    any more and reaped later. A local folder stays: it is its owner's.
    """

    transaction: Transaction
    stores: Stores

    async def __call__(self, export_id: ExportId, *, by: Actor) -> None:
        """Raises ScopeMissing and ExportNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            export = await tx.exports.locked(export_id)
            if not by.may_see(export.owner_id):
                raise ExportNotFound(f"There is no export {export_id}.")
            await note_export(tx, Act.EXPORT_DELETED, export, by=by)
            await tx.exports.delete(export_id)
            await tx.commit()
        if export.key is not None:
            await self.stores.let_go([(export.tier, export.key)])
