"""An archive as the target of an export."""

import asyncio
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pixcrawler.adapters.archives.container import ArchiveReading, copy, crc_of, in_blocks
from pixcrawler.adapters.archives.destination import Destination
from pixcrawler.adapters.archives.disk import told_plainly
from pixcrawler.adapters.archives.names import checked
from pixcrawler.adapters.archives.threads import written
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import Block, Reading, StoredFile
from pixcrawler.application.ports.waiting import ended, to_the_end
from pixcrawler.domain.datasets.errors import BrokenArchive, ExportMismatch

BATCH = 8 << 20
"""Bytes that are written in one go while others are read: up to three times as many are in memory."""
MANY = 1_000

File = tuple[str, bytes]


class ArchiveTarget:
    """Files under one folder of an archive. What is added is written a batch at a time, in a thread, while
    the next one comes; an error of the disk or the store is raised by what is asked for next."""

    def __init__(self, folder: str, lies: Destination, store: ObjectStore, scratch: Path) -> None:
        self.scratch = scratch
        self._folder, self._lies, self._store = checked(folder), lies, store
        self._packer = lies.packer()
        self._waiting: list[File] = []
        self._held = 0
        self._writing: asyncio.Future[None] | None = None
        self._opened: BinaryIO | None = None
        self.size = 0
        self.digest: str | None = None

    async def place(self, files: Sequence[StoredFile]) -> None:
        for batch in _batches(files):
            bodies = await self._store.read([file.key for file in batch])
            for file, body in zip(batch, bodies, strict=True):
                self._wait(file.name, body)
            await self._hand_on_enough()

    async def add(self, name: str, data: bytes) -> None:
        self._wait(name, data)
        await self._hand_on_enough()

    def _wait(self, name: str, data: bytes) -> None:
        self._waiting.append((self._member(name), data))
        self._held += len(data)

    async def _hand_on_enough(self) -> None:
        if self._held >= BATCH or len(self._waiting) >= MANY:
            await self._hand_on()

    async def take(self, name: str, path: Path) -> None:
        await self._settle()
        await to_the_end(partial(self._take, self._member(name), path))

    def _take(self, name: str, path: Path) -> None:
        with told_plainly(self.scratch):
            with path.open("rb") as file:

                def crc() -> int:
                    found = crc_of(file)
                    file.seek(0)
                    return found

                copy(self._packer, name, path.stat().st_size, in_blocks(file), crc=crc)
            path.unlink()

    async def stream(self, name: str, size: Callable[[], int], blocks: AsyncIterable[Block]) -> int:
        await self._settle()
        wanted, came = await to_the_end(size), 0
        self._packer.begin(self._member(name), wanted)

        def write(block: Block) -> None:
            nonlocal came
            for piece in block():
                self._packer.write(piece)
                came += len(piece)

        await written(blocks, write)
        if came != wanted:
            raise ExportMismatch(f"{name} has {came:,} bytes instead of {wanted:,}; export again.")
        await to_the_end(self._packer.end)
        return came

    async def finish(self) -> Reading:
        await self._settle()
        return await to_the_end(self._finish)

    def _finish(self) -> Reading:
        self.size, self.digest = self._lies.finish(self._packer.close())
        self._opened = self._lies.open()
        return _Inside(self._folder, self._lies.container.read(self._opened))

    async def leave(self) -> None:
        """Wait for what still writes, and drop what is not finished."""
        try:
            if self._writing is not None:
                await ended(self._writing)
        finally:
            await to_the_end(self._leave)

    def _leave(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._lies.drop()

    def _member(self, name: str) -> str:
        return f"{self._folder}/{checked(name)}"

    async def _hand_on(self) -> None:
        """Write what waits; it goes on when this returns."""
        await self._written()
        files, self._waiting, self._held = self._waiting, [], 0
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._add_all, files))

    def _add_all(self, files: list[File]) -> None:
        for name, data in files:
            self._packer.add(name, data)

    async def _written(self) -> None:
        """The last batch is; it is left alone when this is cancelled, see ``leave``."""
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def _settle(self) -> None:
        if self._waiting:
            await self._hand_on()
        await self._written()


class _Inside:
    """What stands in the one folder of an archive."""

    def __init__(self, folder: str, archive: ArchiveReading) -> None:
        self._prefix, self._archive = f"{folder}/", archive

    def files(self) -> Iterator[tuple[str, int]]:
        for name, size in self._archive.files():
            if not name.startswith(self._prefix):
                raise BrokenArchive(f"The archive has {name} outside of its folder.")
            yield name.removeprefix(self._prefix), size

    def open(self, name: str) -> BinaryIO:
        return self._archive.open(self._prefix + name)


def _batches(files: Sequence[StoredFile]) -> Iterator[list[StoredFile]]:
    batch: list[StoredFile] = []
    held = 0
    for file in files:
        if batch and (held + file.size > BATCH or len(batch) >= MANY):
            yield batch
            batch, held = [], 0
        batch.append(file)
        held += file.size
    if batch:
        yield batch
