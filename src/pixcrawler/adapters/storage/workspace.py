"""Filling a local folder so that nobody sees it half-filled."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from pixcrawler.adapters.storage.file_lock import hold, let_go
from pixcrawler.adapters.storage.local_body import told_plainly
from pixcrawler.application.ports.waiting import to_the_end
from pixcrawler.domain.shared.errors import Forbidden, Unavailable

PART = ".pixcrawler-part-"
LOCK = ".lock"
MOVING = ".pixcrawler-moving"
LAST = "SHA256SUMS"
FORMER = ".pixcrawler-former"
PATIENCE = 30.0
"""Seconds to wait for somebody else who is moving files into the same folder; that takes a moment."""
OFTEN = 0.05


class LocalPart:
    """A hidden folder inside the target, on the same disk, so that moving is renaming.

    Every attempt has its own. Its lock, a file beside it, is held before the folder is made, so a folder
    whose lock is free was left behind by a process that is gone.
    """

    def __init__(self, target: Path, patience: float = PATIENCE) -> None:
        self._target = target
        self._patience = patience
        self._folder = target
        self._lock: int | None = None

    @property
    def path(self) -> Path:
        return self._folder / "files"

    @property
    def scratch(self) -> Path:
        return self._folder / "scratch"

    def progress(self, done: int, total: int) -> None:
        """Written where whoever waits for the export can read it."""
        with told_plainly(self._target):
            (self._folder / "progress").write_text(f"{done}/{total}")

    def make(self) -> None:
        with told_plainly(self._target):
            self._target.mkdir(parents=True, exist_ok=True)
            self._clear_what_was_left()
            while self._lock is None:
                self._folder = self._target / f"{PART}{secrets.token_hex(8)}"
                self._lock = hold(_lock_of(self._folder))
            self.path.mkdir(parents=True)
            self.scratch.mkdir()

    def _clear_what_was_left(self) -> None:
        for lock in self._target.glob(f"{PART}*{LOCK}"):
            held = hold(lock)
            if held is not None:
                _remove(lock.with_name(lock.name.removesuffix(LOCK)), held)

    async def move_into_place(self, *, unless_lost: Callable[[], Awaitable[None]]) -> None:
        lock = self._target / MOVING
        held = await self._alone(lock)
        try:
            await unless_lost()
            await to_the_end(self._move)
        finally:
            let_go(lock, held)

    async def _alone(self, lock: Path) -> int:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while True:
            with told_plainly(self._target):
                held = hold(lock)
            if held is not None:
                return held
            if loop.time() > deadline:
                raise Unavailable(f"Another worker is still moving a dataset into {self._target}.")
            await asyncio.sleep(OFTEN)

    def _move(self) -> None:
        """Under another name, the checksums that were there still say what goes when a kill comes between."""
        former = self._target / FORMER
        with told_plainly(self._target):
            if (self._target / LAST).exists():
                (self._target / LAST).replace(former)
            new = {entry.name for entry in self.path.iterdir()}
            for name in _listed(former) - new:
                _drop(self._target / name)
            former.unlink(missing_ok=True)
            for entry in sorted(self.path.iterdir(), key=lambda path: (path.name == LAST, path.name)):
                place = self._target / entry.name
                if place.is_dir():
                    _drop(place)
                entry.rename(place)

    def remove(self) -> None:
        if self._lock is not None:
            _remove(self._folder, self._lock)


class LocalWorkspace:
    """Only the named folders may be written: those that the command line gave this process."""

    def __init__(self, folders: Collection[Path], *, patience: float = PATIENCE) -> None:
        self._folders = {folder.resolve() for folder in folders}
        self._patience = patience

    def _allows(self, folder: Path) -> bool:
        return folder.resolve() in self._folders

    @asynccontextmanager
    async def building(self, folder: Path) -> AsyncIterator[LocalPart]:
        if not self._allows(folder):
            raise Forbidden(
                f"This process may not write to {folder}; only `pixcrawler crawl --out` allows that."
            )
        part = LocalPart(folder, self._patience)
        try:
            await to_the_end(part.make)
            yield part
        finally:
            await to_the_end(part.remove)


def _listed(sums: Path) -> set[str]:
    """What stands at the top of a dataset with these checksums."""
    if not sums.exists():
        return set()
    with sums.open(encoding="utf-8", errors="replace") as lines:
        tops = {line.rstrip("\n").partition("  ")[2].partition("/")[0] for line in lines}
    return tops - {"", ".", ".."}


def _drop(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + LOCK)


def _remove(folder: Path, held: int) -> None:
    """The lock goes last, so that what could not be removed is found again."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _lock_of(folder).unlink(missing_ok=True)
    os.close(held)
