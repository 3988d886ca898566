"""Task: delete objects that lost their rows."""

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.storage.execution import ObjectsReleased


@use_case
class ReleaseObjects:
    """Those that no row names. What a store that is away keeps is reaped later."""

    transaction: Transaction
    stores: Stores

    async def __call__(self, released: ObjectsReleased, *, lease: Lease) -> None:  # noqa: ARG002 -- harmless twice
        async with self.transaction() as tx:
            unnamed = await tx.images.unnamed([key for _, key in released.objects])
        await self.stores.let_go([one for one in released.objects if one[1] in unnamed])
