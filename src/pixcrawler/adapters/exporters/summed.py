"""Summing up what is written, beside the writing."""

import asyncio
import hashlib
from collections.abc import Sequence


class Summed:
    """SHA-256 of blocks, a block behind: as long as all else takes, and others work meanwhile."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()
        self._summing: asyncio.Future[None] | None = None

    async def add(self, block: Sequence[bytes]) -> None:
        """Its pieces, in their order, while the caller goes on; they must stay as they are."""
        await self.settle()
        self._summing = asyncio.get_running_loop().run_in_executor(None, self._update, block)

    async def settle(self) -> None:
        """Wait until all that was added is summed up."""
        if self._summing is not None:
            await asyncio.shield(self._summing)

    async def hexdigest(self) -> str:
        """Of all that was added."""
        await self.settle()
        return self._sum.hexdigest()

    def _update(self, block: Sequence[bytes]) -> None:
        for piece in block:
            self._sum.update(piece)
