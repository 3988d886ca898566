"""A version's stored manifest, a page at a time."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import islice

from pixcrawler.application.datasets.stored_manifest import Lines
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.blocking import Taken
from pixcrawler.domain.datasets.errors import VersionNotReady
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.stored_manifest import rows
from pixcrawler.domain.datasets.version import DatasetVersion

Page = tuple[Sequence[ManifestRow], Mapping[str, Taken]]
"""Rows, and by SHA-256 what was taken down of them since the version was made."""


def manifest_key(version: DatasetVersion) -> str:
    """Raises VersionNotReady."""
    if version.manifest_key is None:
        raise VersionNotReady(f"Version {version.number} is {version.status}; it has no images yet.")
    return version.manifest_key


async def pages(
    transaction: Transaction, store: ObjectStore, version: DatasetVersion, *, size: int, start: int = 0
) -> AsyncGenerator[Page, None]:
    """From row ``start`` on, ``size`` rows each. Raises VersionNotReady, BrokenManifest, ObjectMissing and
    Unavailable."""
    every = rows(Lines(await store.open_for_reading(manifest_key(version))))
    await asyncio.to_thread(lambda: next(islice(every, start, start), None))
    while page := await asyncio.to_thread(lambda: list(islice(every, size))):
        async with transaction() as tx:
            taken = await tx.blocks.taken_down([row.sha256 for row in page], since=version.created_at)
        yield page, {one.sha256: one for one in taken}
