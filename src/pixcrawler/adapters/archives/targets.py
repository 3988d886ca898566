"""Which target an export gets."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.destination import InFile, InStore
from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.archives.names import checked
from pixcrawler.adapters.archives.target import ArchiveTarget
from pixcrawler.adapters.malloc import blocks_kept
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import OpenTarget, Published
from pixcrawler.application.ports.workspace import Part, Workspace
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.errors import Invalid, Unavailable
from pixcrawler.domain.shared.ids import ExportId, UserId


class FileTarget(ArchiveTarget):
    """An archive in the part of a local folder."""

    def __init__(self, name: str, lies: InFile, store: ObjectStore, part: Part) -> None:
        super().__init__(name, lies, store, part.scratch)
        self._part = part

    def progress(self, done: int, total: int) -> None:
        self._part.progress(done, total)

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Published:
        await self._part.move_into_place(unless_lost=unless_lost)
        return Published(bytes=self.size)


class ObjectTarget(ArchiveTarget):
    """An archive in the store, under a key that nobody knows before it is published."""

    def __init__(self, name: str, lies: InStore, store: ObjectStore, scratch: Path) -> None:
        super().__init__(name, lies, store, scratch)
        self._key = lies.key
        self.published = False

    def progress(self, done: int, total: int) -> None:
        """There is no place for it."""

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Published:
        await unless_lost()
        self.published = True
        return Published(bytes=self.size, key=self._key, digest=self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTargets:
    """A folder, an archive in a folder, or an archive in the store. ``room`` is where exports into the store
    have what must be on disk first; ``rooms`` may write there."""

    store: ObjectStore
    workspace: Workspace
    rooms: Workspace
    room: Path

    @asynccontextmanager
    async def opened(
        self, export: ExportId, plan: ExportPlan, *, owner: UserId, name: str
    ) -> AsyncIterator[OpenTarget]:
        if "/" in checked(name):
            raise Invalid(f"“{name}” cannot be the name of a folder.", field="name")
        if plan.folder is None:
            archive = plan.archive or Archive.ZIP
            key = f"{owner.hex}/exports/{export.hex}/{secrets.token_hex(16)}.{archive}"
            with blocks_kept():
                async with self._object(name, archive, key) as target:
                    yield target
            return
        async with self.workspace.building(Path(plan.folder)) as part:
            if plan.archive is None:
                yield FolderTarget(part, self.store)
            else:
                with blocks_kept():
                    async with self._file(name, plan.archive, part) as target:
                        yield target

    @asynccontextmanager
    async def _file(self, name: str, archive: Archive, part: Part) -> AsyncIterator[OpenTarget]:
        lies = InFile(part.path / f"{name}.{archive}", ARCHIVES[archive])
        target = FileTarget(name, lies, self.store, part)
        try:
            yield target
        finally:
            await target.leave()

    @asynccontextmanager
    async def _object(self, name: str, archive: Archive, key: str) -> AsyncIterator[OpenTarget]:
        async with self.rooms.building(self.room) as part:
            lies = InStore(self.store, key, ARCHIVES[archive])
            target = ObjectTarget(name, lies, self.store, part.scratch)
            try:
                yield target
            finally:
                try:
                    await target.leave()
                finally:
                    if not target.published:
                        with suppress(Unavailable):  # it is named nowhere, and reaped later
                            await self.store.delete(key)
