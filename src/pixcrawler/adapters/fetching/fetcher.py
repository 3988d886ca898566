"""One fetcher for all URLs."""

from datetime import UTC, datetime

from pixcrawler.application.ports.fetcher import Fetched, Fetcher, Missed
from pixcrawler.domain.shared.reasons import Reason


class SchemeFetcher:
    """``file`` URLs go to ``folder`` (without one they are denied), all others to ``web``."""

    def __init__(self, web: Fetcher, folder: Fetcher | None = None) -> None:
        self._web = web
        self._folder = folder

    async def fetch(self, url: str) -> Fetched | Missed:
        if url[:5].lower() != "file:":
            return await self._web.fetch(url)
        if self._folder is None:
            return Missed(
                reason=Reason.ADDRESS_DENIED,
                evidence="local files are not read here",
                retrieved_at=datetime.now(UTC),
            )
        return await self._folder.fetch(url)
