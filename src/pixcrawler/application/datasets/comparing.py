"""What changed from one version of a dataset to another, by their stored manifests."""

import asyncio

from pixcrawler.application.datasets.stored_manifest import Lines
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.domain.datasets.difference import Changed, Difference, compare, difference
from pixcrawler.domain.datasets.errors import BrokenManifest
from pixcrawler.domain.datasets.stored_manifest import places
from pixcrawler.domain.datasets.version import DatasetVersion


async def changed(store: ObjectStore, old: str, new: str) -> tuple[list[Changed], int]:
    """See ``compare``; of two manifests by their keys. Raises BrokenManifest, ObjectMissing, Unavailable."""
    before, after = Lines(await store.open_for_reading(old)), Lines(await store.open_for_reading(new))
    return await asyncio.to_thread(lambda: compare(places(before), places(after)))


async def changes_since(
    store: ObjectStore, previous: DatasetVersion, *, key: str, digest: str, images: int
) -> Difference | None:
    """Of a manifest that was just written. None when that of the previous version cannot be read: a new
    version does not fail for an old one."""
    if previous.digest == digest:
        return difference(previous.number, (), images)
    assert previous.manifest_key is not None
    try:
        found, unchanged = await changed(store, previous.manifest_key, key)
    except (BrokenManifest, ObjectMissing):
        return None
    return difference(previous.number, found, unchanged)
