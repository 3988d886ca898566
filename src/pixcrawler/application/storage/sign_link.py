"""Asking for an address at which a file of one's own can be had without any other credentials."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.links import Links
from pixcrawler.application.ports.storage_reads import FileKind, StorageReads
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.datasets.moving import ask_for_download
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.errors import Conflict
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.domain.shared.tier import Tier


class FileAway(Conflict):
    """It lies in the warm store. ``retry_after`` is in seconds."""

    code = "FILE_AWAY"
    retry_after: ClassVar[int] = 30


class SignedLink(msgspec.Struct, frozen=True):
    """`url` is good until `expires_at`, or until the file is deleted. It may be a path of this API."""

    url: str
    expires_at: datetime


@use_case
class SignLink:
    """Whoever has the address gets the file."""

    transaction: Transaction
    reads: StorageReads
    links: Links
    clock: Clock

    async def __call__(self, key: str, *, seconds: int, by: Actor) -> SignedLink:
        """Raises ScopeMissing, FileNotFound, and FileAway of an archived export, which is then on its way
        back."""
        by.must(READ)
        file = await self.reads.file(key, visible_to=by)
        if file.kind is FileKind.EXPORT:
            await self._wanted(ExportId(file.id))
        expires = self.clock.now() + timedelta(seconds=seconds)
        return SignedLink(await self.links.to(key, filename=file.name, seconds=seconds), expires)

    async def _wanted(self, export_id: ExportId) -> None:
        async with self.transaction() as tx:
            export = await tx.exports.locked(export_id)
            events = ask_for_download(export, at=self.clock.now())
            await tx.exports.save(export)
            tx.record(*events, owner=export.owner_id, lane=SHARED)
            await tx.commit()
        if export.tier is Tier.WARM:
            raise FileAway("This export is being brought back from the warm store; ask again in a while.")
