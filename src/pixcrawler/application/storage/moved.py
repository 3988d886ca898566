"""What archiving and rehydrating have in common."""

from typing import NamedTuple

from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.shared.ids import ExportId, UserId
from pixcrawler.domain.shared.tier import Move


class Moving(NamedTuple):
    """An export as it was when its move began; ``archive`` is what it was written as."""

    export_id: ExportId
    owner_id: UserId
    key: str
    archive: Archive

    def key_of_a_copy(self, new_id: NewId, ending: str) -> str:
        """Never that of an earlier try, which may still be writing."""
        return f"{self.owner_id.hex}/exports/{self.export_id.hex}/{new_id().hex}.{ending}"


async def begun(transaction: Transaction, export_id: ExportId, move: Move) -> Moving | None:
    """None when there is nothing to move: it is where it should be, or gone."""
    async with transaction() as tx:
        try:
            export = await tx.exports.get(export_id)
        except ExportNotFound:
            return None
    if export.moving is not move or export.key is None:
        return None
    return Moving(export.id, export.owner_id, export.key, export.plan.archive or Archive.ZIP)
