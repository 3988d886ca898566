"""Handing out the manifest of a version."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from pixcrawler.application.datasets.version_pages import manifest_key, pages
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.manifest import Tombstone, canonical, timestamp
from pixcrawler.domain.datasets.version import DatasetVersion

AT_ONCE = 1_000
"""Rows that are in memory together."""


@use_case
class OpenManifest:
    """Its rows as its digest sums them up, so that whoever has them can check it: the SHA-256 of all is the
    version's digest. Where a picture was taken down since, a tombstone stands, and the sum is another."""

    transaction: Transaction
    store: ObjectStore

    async def __call__(self, version: DatasetVersion) -> AsyncGenerator[bytes, None]:
        """The version may be seen by whoever asks. The first rows are read before anything is handed out.

        Raises VersionNotReady, BrokenManifest, ObjectMissing and Unavailable, all but the first also later.
        """
        manifest_key(version)
        pieces = self._pieces(version)
        return _joined(await anext(pieces, b""), pieces)

    async def _pieces(self, version: DatasetVersion) -> AsyncGenerator[bytes, None]:
        encode = msgspec.json.Encoder(order="sorted").encode
        found = pages(self.transaction, self.store, version, size=AT_ONCE)
        async with aclosing(found):
            async for rows, taken in found:
                lines: list[bytes] = []
                for row in rows:
                    if (gone := taken.get(row.sha256)) is None:
                        lines.append(canonical(row))
                        continue
                    grave = Tombstone(
                        id=row.id,
                        sha256=row.sha256,
                        label=row.label,
                        taken_down_at=timestamp(gone.at),
                        reason=gone.reason,
                    )
                    lines.append(encode(grave) + b"\n")
                yield b"".join(lines)


async def _joined(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(rest):
        yield first
        async for piece in rest:
            yield piece
