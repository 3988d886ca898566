"""A web of bytes by URL."""

import asyncio
import hashlib
from collections.abc import Mapping

from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.clock import StandingClock


class TableFetcher:
    """Bytes are fetched, a reason is missed, an exception is raised; an unknown URL is gone (404).

    Remembers what it was asked. While ``gate`` is closed, nothing comes.
    """

    def __init__(self, store: ObjectStore, web: Mapping[str, bytes | Reason | Exception]) -> None:
        self._store = store
        self.web = dict(web)
        self.asked: list[str] = []
        self.clock = StandingClock()
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self, url: str) -> Fetched | Missed:
        self.asked.append(url)
        await self.gate.wait()
        found = self.web.get(url, Reason.HTTP_404)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Reason):
            return Missed(reason=found, evidence="as the test says", retrieved_at=self.clock.now())
        body = self._store.receive()
        body.write(found)
        return Fetched(
            final_url=url,
            body=body,
            sha256=hashlib.sha256(found).hexdigest(),
            size=len(found),
            content_type="image/png",
            retrieved_at=self.clock.now(),
        )
