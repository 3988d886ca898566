"""Task: move an export into the warm store."""

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repack import Repacked, Repacker
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.storage.moved import Moving, begun
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.moving import ExportArchivalRequested, archived, is_linked, stayed
from pixcrawler.domain.shared.tier import Move, Tier


@use_case
class ArchiveExport:
    """Pack it into the warm store and read that again, switch the row, then delete the old object.

    The export has one object or the other at every moment. What a crash leaves behind is in no row and is
    reaped.
    """

    transaction: Transaction
    stores: Stores
    repacker: Repacker
    clock: Clock
    new_id: NewId

    async def __call__(self, requested: ExportArchivalRequested, *, lease: Lease) -> None:
        """Raises NoWarmStore, ObjectMissing, BrokenArchive, StorageFull and Unavailable."""
        moving = await begun(self.transaction, requested.export_id, Move.ARCHIVING)
        if moving is None:
            return
        warm = self.stores.of(Tier.WARM)
        copy = moving.key_of_a_copy(self.new_id, "7z")
        packed = await self.repacker.pack(self.stores.hot, moving.key, moving.archive, warm=warm, into=copy)
        if await self._switched(moving, copy, packed, lease):
            await self.stores.let_go([(Tier.HOT, moving.key)])
        else:
            await self.stores.let_go([(Tier.WARM, copy)])

    async def _switched(self, moving: Moving, copy: str, packed: Repacked, lease: Lease) -> bool:
        """Not when somebody came for it meanwhile."""

        async def write(tx: UnitOfWork) -> bool:
            export = await tx.exports.locked(moving.export_id)
            if export.key != moving.key:
                return export.key == copy
            taken = is_linked(export, at=self.clock.now())
            if taken:
                stayed(export, "It was downloaded while it was being archived.")
            else:
                archived(export, key=copy, size=packed.bytes)
            await tx.exports.save(export)
            await tx.commit(closing=lease)
            return not taken

        return await self.transaction.repeated(write, fenced_by=lease)
