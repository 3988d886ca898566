"""Task: delete objects that no row names."""

from datetime import timedelta

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.storage.reaping import delete_old, unreferenced
from pixcrawler.application.use_case import use_case


@use_case
class ReapObjects:
    """An object is put before its row, so a crash may leave one without; it goes after a grace period."""

    transaction: Transaction
    stores: Stores
    grace: timedelta

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        for _, store in self.stores.there():
            await store.sweep(self.grace.total_seconds())
            async for page in unreferenced(self.transaction, store, older_than=self.grace):
                for listed in page:
                    if lease.draining:
                        return
                    await delete_old(store, listed.key, older_than=self.grace)
