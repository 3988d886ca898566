"""Places for exports: folders as they really are, and archives that are lists in memory."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import Block, OpenTarget, Published, Reading, StoredFile
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId


class MemoryTarget:
    """Files in memory; published, they are one object: their names and contents, one after another."""

    def __init__(self, store: ObjectStore, key: str, name: str, scratch: Path) -> None:
        self._store, self._key, self._name = store, key, name
        self.scratch = scratch
        self.held: dict[str, bytes] = {}

    def progress(self, done: int, total: int) -> None:
        """Nobody looks here."""

    async def place(self, files: Sequence[StoredFile]) -> None:
        for file in files:
            await self.add(file.name, await self._store.get(file.key))

    async def add(self, name: str, data: bytes) -> None:
        assert name not in self.held
        self.held[name] = data

    async def take(self, name: str, path: Path) -> None:
        await self.add(name, path.read_bytes())
        path.unlink()

    async def stream(self, name: str, size: Callable[[], int], blocks: AsyncIterable[Block]) -> int:
        data = b"".join([piece async for block in blocks for piece in block()])
        assert len(data) == size()
        await self.add(name, data)
        return len(data)

    async def finish(self) -> Reading:
        return self

    def files(self) -> Iterator[tuple[str, int]]:
        return ((name, len(data)) for name, data in self.held.items())

    def open(self, name: str) -> BinaryIO:
        return BytesIO(self.held[name])

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Published:
        await unless_lost()
        whole = b"".join(f"{self._name}/{name}\n".encode() + data for name, data in self.held.items())
        await self._store.put(self._key, whole)
        return Published(bytes=len(whole), key=self._key, digest=sha256(whole).hexdigest())


class MemoryTargets:
    """``folders`` may be written to. Each attempt's object has a key of its own."""

    def __init__(self, store: ObjectStore, folders: Collection[Path] = ()) -> None:
        self._store = store
        self._workspace = LocalWorkspace(folders)
        self.attempts = 0

    def opened(
        self, export: ExportId, plan: ExportPlan, *, owner: UserId, name: str
    ) -> AbstractAsyncContextManager[OpenTarget]:
        self.attempts += 1
        if plan.folder is not None:
            return self._folder(Path(plan.folder))
        assert plan.archive is not None
        key = f"{owner.hex}/exports/{export.hex}/{self.attempts}.{plan.archive}"
        return self._archive(key, name)

    @asynccontextmanager
    async def _folder(self, folder: Path) -> AsyncIterator[OpenTarget]:
        async with self._workspace.building(folder) as part:
            yield FolderTarget(part, self._store)

    @asynccontextmanager
    async def _archive(self, key: str, name: str) -> AsyncIterator[OpenTarget]:
        with TemporaryDirectory() as scratch:
            yield MemoryTarget(self._store, key, name, Path(scratch))
