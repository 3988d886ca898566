"""Showing the images of a version."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing

import msgspec

from pixcrawler.application.datasets.stored_manifest import Lines
from pixcrawler.application.datasets.version_pages import manifest_key, pages
from pixcrawler.application.ports.dataset_reads import ImageTold, VersionImage
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.blocking import Taken
from pixcrawler.domain.datasets.manifest import ManifestRow, timestamp
from pixcrawler.domain.datasets.row_filter import EVERY, RowFilter
from pixcrawler.domain.datasets.stored_manifest import rows
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window


@use_case
class ShowImages:
    """One page, in the order of the manifest: by class and SHA-256. A filter goes through all of it."""

    transaction: Transaction
    store: ObjectStore

    async def __call__(
        self, version: DatasetVersion, window: Window, which: RowFilter = EVERY
    ) -> Found[VersionImage]:
        """The version may be seen by whoever asks. Raises VersionNotReady, BrokenManifest, ObjectMissing and
        Unavailable."""
        if which != EVERY:
            return await self._sifted(version, window, which)
        items: list[VersionImage] = []
        found = pages(self.transaction, self.store, version, size=window.size, start=window.offset)
        async with aclosing(found):
            async for listed, taken in found:
                items = [_image(row, taken) for row in listed]
                break
        return Found(items=items, total=min(version.images, FARTHEST), exact=version.images <= FARTHEST)

    async def _sifted(self, version: DatasetVersion, window: Window, which: RowFilter) -> Found[VersionImage]:
        lines = Lines(await self.store.open_for_reading(manifest_key(version)))
        page, total = await asyncio.to_thread(_sift, rows(lines), window, which)
        async with self.transaction() as tx:
            found = await tx.blocks.taken_down([row.sha256 for row in page], since=version.created_at)
        taken = {one.sha256: one for one in found}
        items = [_image(row, taken) for row in page]
        return Found(items=items, total=min(total, FARTHEST), exact=total <= FARTHEST)


def _sift(every: Iterable[ManifestRow], window: Window, which: RowFilter) -> tuple[list[ManifestRow], int]:
    """The rows of the window, and how many fit in all, counted to one more than pages reach."""
    page, total = [], 0
    for row in filter(which.fits, every):
        if window.offset <= total < window.offset + window.size:
            page.append(row)
        total += 1
        if total > FARTHEST:
            break
    return page, total


def _image(row: ManifestRow, taken: Mapping[str, Taken]) -> VersionImage:
    gone = taken.get(row.sha256)
    return VersionImage(
        id=row.id,
        sha256=row.sha256,
        label=row.label,
        told=None if gone else msgspec.convert(row, ImageTold, from_attributes=True),
        taken_down_at=timestamp(gone.at) if gone else None,
        reason=gone.reason if gone else None,
    )
