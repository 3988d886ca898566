"""What was taken down after a dataset version was made is shown no more, in no export and on no page."""

from datetime import datetime

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.datasets.manifest import Manifest, entombed


async def without_taken(transaction: Transaction, manifest: Manifest, *, since: datetime) -> Manifest:
    """The manifest with tombstones for what was taken down ``since`` then. Raises Unavailable."""
    async with transaction() as tx:
        taken = await tx.blocks.taken_down([row.sha256 for row in manifest.rows], since=since)
    return entombed(manifest, {one.sha256: (one.at, one.reason) for one in taken})
