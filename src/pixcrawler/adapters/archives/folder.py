"""A folder as the target of an export: pictures are hard links where the disk can."""

import os
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pixcrawler.adapters.archives.disk import Growing, told_plainly
from pixcrawler.adapters.archives.threads import written
from pixcrawler.adapters.malloc import blocks_kept
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import Block, Published, Reading, StoredFile
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.application.ports.workspace import Part

GATHERED = 1024 * 1024
"""Bytes of files that wait to be written together."""
MOST = 256
"""Files that do: going to a thread costs more than writing a small one."""


class FolderReading:
    """The files of a folder, as they stand there now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def files(self) -> Iterator[tuple[str, int]]:
        folders = [""]
        while folders:
            folder = folders.pop()
            with os.scandir(self._folder / folder) as entries:
                for entry in entries:  # unsorted: a folder may have very many
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{folder}{entry.name}/")
                    else:
                        yield folder + entry.name, entry.stat(follow_symlinks=False).st_size

    def open(self, name: str) -> BinaryIO:
        try:
            return (self._folder / name).open("rb")
        except FileNotFoundError:
            raise KeyError(name) from None


class FolderTarget:
    """Fills the part of a local folder, which becomes visible when it is published."""

    def __init__(self, part: Part, store: ObjectStore) -> None:
        self._part, self._store = part, store
        self._folders: set[str] = set()
        self._bytes = 0
        self._waiting: list[tuple[str, bytes]] = []
        self._weight = 0

    @property
    def scratch(self) -> Path:
        return self._part.scratch

    def progress(self, done: int, total: int) -> None:
        self._part.progress(done, total)

    async def place(self, files: Sequence[StoredFile]) -> None:
        def wanted() -> list[tuple[str, str]]:
            return [(file.key, self._place_of(file.name)) for file in files]

        await self._store.place(*await to_the_end(wanted))
        self._bytes += sum(file.size for file in files)

    async def add(self, name: str, data: bytes) -> None:
        self._waiting.append((name, data))
        self._weight += len(data)
        self._bytes += len(data)
        if self._weight >= GATHERED or len(self._waiting) >= MOST:
            await self._write_waiting()

    async def _write_waiting(self) -> None:
        waiting, self._waiting, self._weight = self._waiting, [], 0

        def write() -> None:
            for name, data in waiting:
                path = self._path(name)
                with told_plainly(self._part.path), path.open("xb") as file:
                    file.write(data)

        await to_the_end(write)

    async def take(self, name: str, path: Path) -> None:
        def move() -> int:
            target = self._path(name)
            with told_plainly(self._part.path):
                path.rename(target)
                return target.stat().st_size

        self._bytes += await to_the_end(move)

    async def stream(
        self,
        name: str,
        size: Callable[[], int],  # noqa: ARG002 -- a file grows as it likes
        blocks: AsyncIterable[Block],
    ) -> int:
        path = await to_the_end(partial(self._path, name))
        with blocks_kept(), told_plainly(self._part.path), path.open("xb", buffering=0) as file:
            growing = Growing(file.fileno())
            await written(blocks, lambda block: growing.write(block()))
        self._bytes += growing.size
        return growing.size

    async def finish(self) -> Reading:
        await self._write_waiting()
        return FolderReading(self._part.path)

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Published:
        await self._part.move_into_place(unless_lost=unless_lost)
        return Published(bytes=self._bytes)

    def _path(self, name: str) -> Path:
        return Path(self._place_of(name))

    def _place_of(self, name: str) -> str:
        """The path of a file whose folder is there now."""
        folder = name.rpartition("/")[0]
        if folder not in self._folders:
            with told_plainly(self._part.path):
                (self._part.path / folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return f"{self._part.path}/{name}"
