"""Repacking in memory: a warm copy is the archive with a mark before it."""

import hashlib

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.repack import Repacked
from pixcrawler.domain.datasets.archive import Archive

MARK = b"7z of "


class MarkingRepacker:
    """Implements ``Repacker``. ``spoilt`` adds a byte to what comes back."""

    def __init__(self) -> None:
        self.spoilt = False

    async def pack(
        self, hot: ObjectStore, key: str, archive: Archive, *, warm: ObjectStore, into: str
    ) -> Repacked:
        return await self._written(warm, into, MARK + archive.value.encode() + b" " + await hot.get(key))

    async def unpack(
        self, warm: ObjectStore, key: str, archive: Archive, *, hot: ObjectStore, into: str
    ) -> Repacked:
        packed = await warm.get(key)
        data = packed.removeprefix(MARK + archive.value.encode() + b" ")
        return await self._written(hot, into, data + b"!" if self.spoilt else data)

    async def _written(self, store: ObjectStore, key: str, data: bytes) -> Repacked:
        await store.put(key, data)
        return Repacked(len(data), hashlib.sha256(data).hexdigest())
