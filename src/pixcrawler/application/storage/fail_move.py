"""Task's end: an export that could not be moved."""

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.datasets.moving import ExportArchivalRequested, ExportRehydrationRequested, stayed
from pixcrawler.domain.shared.errors import told


@use_case
class FailMove:
    """It stays where it is, and its row says why."""

    transaction: Transaction

    async def __call__(
        self,
        requested: ExportArchivalRequested | ExportRehydrationRequested,
        *,
        lease: Lease,
        error: Exception,
    ) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            try:
                export = await tx.exports.locked(requested.export_id)
            except ExportNotFound:
                return
            if export.moving is not None:
                stayed(export, told(error))
                await tx.exports.save(export)
            await tx.commit(closing=lease)
