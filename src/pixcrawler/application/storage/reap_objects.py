"""Task: delete objects that no row names."""

from dataclasses import dataclass
from datetime import timedelta

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.imaging.thumbnails import picture_key

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReapObjects:
    """An object is put before its row, so a crash may leave one without; it goes after a grace period."""

    transaction: Transaction
    store: ObjectStore
    grace: timedelta

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        await self.store.sweep(self.grace.total_seconds())
        old: list[str] = []
        async for key, age, _ in self.store.keys(""):
            if age > self.grace.total_seconds():
                old.append(key)
            if len(old) == AT_ONCE:
                await self._delete_unnamed(old)
                old = []
            if lease.draining:
                return
        await self._delete_unnamed(old)

    async def _delete_unnamed(self, keys: list[str]) -> None:
        """A thumbnail goes with its picture."""
        async with self.transaction() as tx:
            unnamed = await tx.images.unnamed(sorted({picture_key(key) for key in keys}))
        for key in keys:
            if picture_key(key) in unnamed:
                await self.store.delete(key)
