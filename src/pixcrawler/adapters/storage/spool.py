"""A folder of private files: what is on its way to a store elsewhere, or has just come from it."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from pixcrawler.adapters.storage.local_body import LocalBody, told_plainly
from pixcrawler.domain.shared.errors import StorageFull


class Spool:
    """Several processes may share the folder. Each holds ``most`` bytes in it, at most."""

    def __init__(self, folder: Path, most: int) -> None:
        self.folder = folder
        self._most = most
        self._held = 0
        self._mine = secrets.token_hex(16)
        self._numbers = count()
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def body(self) -> "SpoolBody":
        name = f"{self._mine}-{next(self._numbers)}"
        return SpoolBody(self, LocalBody(str(self.folder), name), self.folder / name)

    @contextmanager
    def one(self) -> Iterator["SpoolBody"]:
        """A body that is gone with the block."""
        body = self.body()
        try:
            yield body
        finally:
            body.discard()

    def take(self, size: int) -> None:
        if self._held + size > self._most:
            raise StorageFull(
                f"Files on their way to the store already take {self._held} bytes in {self.folder}; "
                "raise STORAGE_SPOOL_BYTES, or run fewer tasks at once."
            )
        self._held += size

    def give_back(self, size: int) -> None:
        self._held -= size

    def sweep(self, older_than: float) -> int:
        """Remove what dead processes left, older than so many seconds; how many files."""
        swept = 0
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > older_than:
                    path.unlink()
                    swept += 1
        return swept


class SpoolBody:
    """A ``Body``: a file of the spool."""

    def __init__(self, spool: Spool, file: LocalBody, path: Path) -> None:
        self.spool = spool
        self.path = path
        self.size = 0
        self._file = file

    def write(self, data: bytes | memoryview) -> None:
        size = len(data) if isinstance(data, bytes) else data.nbytes
        self.spool.take(size)
        self.size += size
        self._file.write(data)

    def fill(self, head: bytes) -> None:
        """Put these in the place of what was written first."""
        with told_plainly(self.spool.folder):
            self._file.fill(head)

    def open_for_reading(self) -> int:
        return self._file.open_for_reading()

    def finish(self) -> Path:
        """The whole file, which nothing is written to any more."""
        if not self.size:
            self._file.write(b"")
        self._file.finish()
        return self.path

    def discard(self) -> None:
        self._file.discard()
        self.spool.give_back(self.size)
        self.size = 0

    def __del__(self) -> None:
        """Its file goes as well; that of a dead process waits for ``sweep``."""
        self.spool.give_back(self.size)
