"""Showing the images of a version."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from pixcrawler.application.datasets.version_pages import pages
from pixcrawler.application.ports.dataset_reads import ImageTold, VersionImage
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.blocking import Taken
from pixcrawler.domain.datasets.manifest import ManifestRow, shown, timestamp
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.shared.paging import FARTHEST, Found, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowImages:
    """One page, in the order of the manifest: by class and SHA-256."""

    transaction: Transaction
    store: ObjectStore

    async def __call__(self, version: DatasetVersion, window: Window) -> Found[VersionImage]:
        """The version may be seen by whoever asks. Raises VersionNotReady, BrokenManifest, ObjectMissing and
        Unavailable."""
        items: list[VersionImage] = []
        found = pages(self.transaction, self.store, version, size=window.size, start=window.offset)
        async with aclosing(found):
            async for rows, taken in found:
                items = [_image(row, taken) for row in rows]
                break
        return Found(items=items, total=min(version.images, FARTHEST), exact=version.images <= FARTHEST)


def _image(row: ManifestRow, taken: Mapping[str, Taken]) -> VersionImage:
    gone = taken.get(row.sha256)
    return VersionImage(
        id=row.id,
        sha256=row.sha256,
        label=row.label,
        told=None if gone else msgspec.convert({"quality": None, **shown(row)}, ImageTold),
        taken_down_at=timestamp(gone.at) if gone else None,
        reason=gone.reason if gone else None,
    )
