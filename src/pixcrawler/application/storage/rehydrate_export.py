"""Task: bring an export back from the warm store."""

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.repack import Repacked, Repacker
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.storage.moved import Moving, begun
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.moving import ExportRehydrationRequested, rehydrated
from pixcrawler.domain.shared.tier import Move, Tier


@use_case
class RehydrateExport:
    """Write its container again in the hot store; when that has the digest that it always had, switch the
    row, then delete the warm copy. Otherwise the warm copy stays."""

    transaction: Transaction
    stores: Stores
    repacker: Repacker
    clock: Clock
    new_id: NewId

    async def __call__(self, requested: ExportRehydrationRequested, *, lease: Lease) -> None:
        """Raises NoWarmStore, ObjectMissing, BrokenArchive, ExportMismatch, StorageFull and Unavailable."""
        moving = await begun(self.transaction, requested.export_id, Move.REHYDRATING)
        if moving is None:
            return
        warm = self.stores.of(Tier.WARM)
        copy = moving.key_of_a_copy(self.new_id, moving.archive.value)
        whole = await self.repacker.unpack(warm, moving.key, moving.archive, hot=self.stores.hot, into=copy)
        try:
            switched = await self._switched(moving, copy, whole, lease)
        except ExportMismatch:
            await self.stores.let_go([(Tier.HOT, copy)])
            raise
        await self.stores.let_go([(Tier.WARM, moving.key) if switched else (Tier.HOT, copy)])

    async def _switched(self, moving: Moving, copy: str, whole: Repacked, lease: Lease) -> bool:
        async def write(tx: UnitOfWork) -> bool:
            export = await tx.exports.locked(moving.export_id)
            if export.key != moving.key:
                return export.key == copy
            events = rehydrated(export, key=copy, digest=whole.digest, at=self.clock.now())
            await tx.exports.save(export)
            tx.record(*events, owner=export.owner_id, lane=lease.lane)
            await tx.commit(closing=lease)
            return True

        return await self.transaction.repeated(write, fenced_by=lease)
