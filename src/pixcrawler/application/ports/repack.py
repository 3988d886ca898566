"""Archives on their way from one tier to the other."""

from typing import NamedTuple, Protocol

from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.datasets.archive import Archive


class Repacked(NamedTuple):
    """What was written: its size in bytes and its SHA-256 (hex), of the whole."""

    bytes: int
    digest: str


class Repacker(Protocol):
    """Writes an archive anew in another store. One that fails leaves nothing under ``into``; repeating is
    harmless. Memory is bounded. Both raise ObjectMissing, BrokenArchive, StorageFull and Unavailable."""

    async def pack(
        self, hot: ObjectStore, key: str, archive: Archive, *, warm: ObjectStore, into: str
    ) -> Repacked:
        """A 7z with the same members in the same order, read again and found to be the same, byte for byte.
        One that is a 7z already is copied as it is."""
        ...

    async def unpack(
        self, warm: ObjectStore, key: str, archive: Archive, *, hot: ObjectStore, into: str
    ) -> Repacked:
        """The container that ``archive`` names again, as it was before it was packed: the caller compares the
        digest."""
        ...
