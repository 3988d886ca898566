"""The block-list at the door: before the request, and before the bytes are kept."""

from collections.abc import Callable
from datetime import UTC, datetime

from pixcrawler.application.ports.blocks import KnownBlocks
from pixcrawler.application.ports.fetcher import Fetched, Fetcher, Missed
from pixcrawler.domain.shared.reasons import Reason


class BlockedFetcher:
    """Fetches by another fetcher what is not on the list: neither the address, nor where redirects led,
    nor the bytes."""

    def __init__(
        self,
        fetcher: Fetcher,
        blocks: KnownBlocks,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetcher = fetcher
        self._blocks = blocks
        self._now = now

    async def fetch(self, url: str) -> Fetched | Missed:
        """Raises Unavailable when the list cannot be read: better no picture than one that was taken down."""
        evidence = (await self._blocks.current()).url(url)
        if evidence is not None:
            return Missed(reason=Reason.BLOCKED, evidence=evidence, retrieved_at=self._now())
        got = await self._fetcher.fetch(url)
        if isinstance(got, Missed):
            return got
        known = await self._blocks.current()
        evidence = known.sha256(got.sha256) or (known.url(got.final_url) if got.final_url != url else None)
        if evidence is None:
            return got
        got.body.discard()
        return Missed(reason=Reason.BLOCKED, evidence=evidence, retrieved_at=got.retrieved_at)
