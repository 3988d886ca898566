"""A version's manifest, read from the store row by row whenever somebody goes through it."""

import asyncio
import os
import weakref
from collections.abc import Iterator
from itertools import islice

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.blocking import Taken
from pixcrawler.domain.datasets.manifest import Manifest, entombed
from pixcrawler.domain.datasets.stored_manifest import read
from pixcrawler.domain.datasets.version import DatasetVersion
from pixcrawler.domain.shared.errors import Unavailable

BLOCK = 128 * 1024
"""Bytes of the file that are in memory at once."""
AT_ONCE = 1_000
"""Rows whose take-downs are asked for in one transaction."""


class Lines:
    """The lines of an open file, without their LF, from the start each time. The descriptor is closed with
    the last who could still read from it: a thread does not end with the task that waited for it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        weakref.finalize(self, os.close, descriptor)

    def __iter__(self) -> Iterator[bytes]:
        offset, rest = 0, b""
        while piece := self._read(offset):
            offset += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
        if rest:
            yield rest

    def _read(self, offset: int) -> bytes:
        try:
            return os.pread(self._descriptor, BLOCK, offset)
        except OSError as error:
            raise Unavailable(f"The stored manifest cannot be read: {error.strerror}.") from error


async def stored_manifest(
    transaction: Transaction, store: ObjectStore, version: DatasetVersion, key: str, *, checked: bool
) -> Manifest:
    """With tombstones for what was taken down after the version was made: it is shown no more, in no export
    and on no page. ``checked``: its digest must be the version's.

    Raises BrokenManifest, ObjectMissing and Unavailable.
    """
    lines = Lines(await store.open_for_reading(key))
    manifest = await asyncio.to_thread(read, lines, expected=version.digest if checked else None)
    taken: list[Taken] = []
    rows = iter(manifest.rows)
    while digests := await asyncio.to_thread(lambda: [row.sha256 for row in islice(rows, AT_ONCE)]):
        async with transaction() as tx:
            taken += await tx.blocks.taken_down(digests, since=version.created_at)
    return entombed(manifest, {one.sha256: (one.at, one.reason) for one in taken})
