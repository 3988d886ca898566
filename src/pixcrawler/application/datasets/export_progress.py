"""How far the writing of an export is, for whoever waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.ports.waiting import stopped
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.domain.shared.ids import ExportId

EVERY = 1.0
"""Seconds between two notes in the export's row."""


class ExportProgress:
    """Told (done, all) images as often as the writer likes; passed on at once to ``also``, and ``every`` so
    many seconds into the row, where ``images`` of an export that is being built is how many it has."""

    def __init__(
        self,
        transaction: Transaction,
        export: ExportId,
        lease: Lease,
        also: Callable[[int, int], None],
        *,
        every: float = EVERY,
    ) -> None:
        self._transaction, self._export, self._lease = transaction, export, lease
        self._also, self._every = also, every
        self._done = 0

    def tell(self, done: int, total: int) -> None:
        self._done = done
        self._also(done, total)

    @asynccontextmanager
    async def noted(self) -> AsyncIterator[None]:
        noting = asyncio.create_task(self._note())
        try:
            yield
        finally:
            await stopped(noting)

    async def _note(self) -> None:
        """A note that fails harms nobody: the export's own transactions tell what is wrong."""
        told = 0
        while True:
            await asyncio.sleep(self._every)
            if self._done == told:
                continue
            told = self._done
            with suppress(DomainError):
                async with self._transaction(fenced_by=self._lease) as tx:
                    export = await tx.exports.locked(self._export)
                    export.images = told
                    await tx.exports.save(export)
                    await tx.commit()
