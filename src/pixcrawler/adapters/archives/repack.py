"""Archives from one tier to the other."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import partial
from typing import BinaryIO

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.container import ArchiveReading, Crc, Packer, copy, in_blocks
from pixcrawler.adapters.archives.seven_zip import KnownSevenZip
from pixcrawler.adapters.archives.sink import Sink, one_by_one
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.repack import Repacked
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import BrokenArchive
from pixcrawler.domain.shared.errors import Unavailable

_UNLIKE = "What was written cannot be read again as it was; it was removed. Try again."
_NOT_AGAIN = "This archive would not come back as it is, so it was left alone; write the export anew first."

Give = Callable[[bytes], object]
_Coming = tuple[str, int, Crc | None]
"""A member's name and size, and its CRC where that is at hand."""


class ArchiveRepacker:
    """Implements ``Repacker``. An archive is read from one store while it is written to the other; nothing
    of it lies on this machine's disk."""

    async def pack(
        self, hot: ObjectStore, key: str, archive: Archive, *, warm: ObjectStore, into: str
    ) -> Repacked:
        """At last the first container is made again from what lies in the warm store, for its digest only:
        so whoever deletes the hot one knows that it can come back."""
        move = _Move(hot, key, warm, into)
        return await move.made(move.copied if archive is Archive.SEVEN_ZIP else partial(move.packed, archive))

    async def unpack(
        self, warm: ObjectStore, key: str, archive: Archive, *, hot: ObjectStore, into: str
    ) -> Repacked:
        move = _Move(warm, key, hot, into)
        return await move.made(
            move.copied if archive is Archive.SEVEN_ZIP else partial(move.unpacked, archive)
        )


class _Move:
    """One archive on its way. All but ``made`` blocks."""

    def __init__(self, source: ObjectStore, key: str, target: ObjectStore, into: str) -> None:
        self._source, self._key, self._target, self._into = source, key, target, into
        self._stopped = threading.Event()

    async def made(self, act: Callable[[], Repacked]) -> Repacked:
        """Leaves nothing behind if that fails or is cancelled."""
        try:
            return await to_the_end(act, hurry=self._stopped.set)
        except BaseException:
            with suppress(Unavailable):  # it is named nowhere, and reaped later
                await self._target.delete(self._into)
            raise

    def copied(self) -> Repacked:
        """As it is."""
        with closing(self._source.reader(self._key)) as file:
            return self._read_again(self._written(partial(self._hand_on, file)))

    def packed(self, archive: Archive) -> Repacked:
        with closing(self._source.reader(self._key)) as file:
            before = self._digest(file)
            done = self._written(partial(self._pack, file, archive))
        if self._made_again(archive) != before:
            raise BrokenArchive(_NOT_AGAIN)
        return self._read_again(done)

    def unpacked(self, archive: Archive) -> Repacked:
        with closing(self._source.reader(self._key)) as file:
            return self._read_again(self._written(partial(self._unpack, file, archive)))

    def _pack(self, file: BinaryIO, archive: Archive, give: Give) -> None:
        reading = ARCHIVES[archive].read(file)
        coming = ((name, size, None) for name, size in reading.files())
        self._members(reading, coming, KnownSevenZip(give, reading.known()))

    def _unpack(self, file: BinaryIO, archive: Archive, give: Give) -> None:
        reading = ARCHIVES[Archive.SEVEN_ZIP].read(file)
        coming = ((name, size, partial(int, crc)) for name, size, crc in reading.known())
        self._members(reading, coming, ARCHIVES[archive].packer(give))

    def _made_again(self, archive: Archive) -> str:
        summed = hashlib.sha256()
        with closing(self._target.reader(self._into)) as file:
            self._unpack(file, archive, summed.update)
        return summed.hexdigest()

    def _members(self, reading: ArchiveReading, coming: Iterable[_Coming], packer: Packer) -> None:
        for name, size, crc in coming:
            with reading.open(name) as content:
                copy(packer, name, size, map(self._wanted, in_blocks(content)), crc=crc)
        head = packer.close()
        assert not head, "It went front to back."

    def _hand_on(self, file: BinaryIO, give: Give) -> None:
        for block in in_blocks(file):
            give(self._wanted(block))

    def _written(self, make: Callable[[Give], None]) -> Repacked:
        writer = self._target.writer(self._into)
        sink = Sink(one_by_one(writer.write), summed=True)
        try:
            make(sink)
            digest = sink.finish()
            writer.keep()
        finally:
            sink.close()
            writer.discard()
        return Repacked(sink.size, digest or "")

    def _read_again(self, done: Repacked) -> Repacked:
        """As it lies there now. Raises BrokenArchive if that is something else."""
        with closing(self._target.reader(self._into)) as file:
            if self._digest(file) != done.digest:
                raise BrokenArchive(_UNLIKE)
        return done

    def _digest(self, file: BinaryIO) -> str:
        summed = hashlib.sha256()
        self._hand_on(file, summed.update)
        return summed.hexdigest()

    def _wanted(self, block: bytes) -> bytes:
        if self._stopped.is_set():
            raise Unavailable("Moving the archive was stopped.")
        return block
