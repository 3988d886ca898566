"""Filling a local folder so that nobody sees it half-filled."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from pixcrawler.adapters.storage.local_body import told_plainly
from pixcrawler.domain.shared.errors import Forbidden

PART = ".pixcrawler-part"
LAST = "SHA256SUMS"


class LocalPart:
    """A hidden folder inside the target, on the same disk, so that moving is renaming."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target / PART

    @property
    def path(self) -> Path:
        return self._path

    def progress(self, done: int, total: int) -> None:
        """Written where whoever waits for the export can read it."""
        with told_plainly(self._target):
            (self._target / ".pixcrawler-progress").write_text(f"{done}/{total}")

    def make(self) -> None:
        with told_plainly(self._target):
            self.remove()
            self._path.mkdir(parents=True)

    async def move_into_place(self) -> None:
        await asyncio.to_thread(self._move)

    def _move(self) -> None:
        with told_plainly(self._target):
            (self._target / LAST).unlink(missing_ok=True)
            for entry in sorted(self._path.iterdir(), key=lambda path: (path.name == LAST, path.name)):
                place = self._target / entry.name
                if place.is_dir() and not place.is_symlink():
                    shutil.rmtree(place)
                entry.rename(place)
            self._path.rmdir()

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        (self._target / ".pixcrawler-progress").unlink(missing_ok=True)


class LocalWorkspace:
    """Only the named folders may be written: those that the command line gave this process."""

    def __init__(self, folders: Collection[Path]) -> None:
        self._folders = {folder.resolve() for folder in folders}

    def _allows(self, folder: Path) -> bool:
        return folder.resolve() in self._folders

    @asynccontextmanager
    async def building(self, folder: Path) -> AsyncIterator[LocalPart]:
        if not self._allows(folder):
            raise Forbidden(
                f"This process may not write to {folder}; only `pixcrawler crawl --out` allows that."
            )
        part = LocalPart(folder)
        await asyncio.to_thread(part.make)
        try:
            yield part
        finally:
            await asyncio.to_thread(part.remove)
