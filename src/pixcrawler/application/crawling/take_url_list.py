"""Taking in a list of URLs that somebody brought."""

import asyncio
import hashlib
from pathlib import Path

import msgspec

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.url_list import UrlListReader, UrlText
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.actor import WRITE, Actor


class TakenList(msgspec.Struct, frozen=True):
    """Where the list stands in the store, and how many URLs it has."""

    key: str
    urls: int


@use_case
class TakeUrlList:
    """Check the whole list and store it in the normal form, under its content."""

    store: ObjectStore
    read: UrlListReader

    async def __call__(self, given: Path | UrlText, *, by: Actor) -> TakenList:
        """Raises ScopeMissing, InvalidUrlList, StorageFull or Unavailable; nothing is stored then."""
        by.must(WRITE)
        body = self.store.receive()
        digest = hashlib.sha256()

        def write(piece: bytes) -> None:
            digest.update(piece)
            body.write(piece)

        try:
            urls = await asyncio.to_thread(self.read, given, write)
            key = f"{by.id.hex}/inputs/{digest.hexdigest()}"
            await self.store.keep(body, key)
        finally:
            body.discard()
        return TakenList(key, urls)
