"""Objects as files on a local disk.

Layout: ``<root>/objects/<key>`` and, beside it on the same file system, ``<root>/receiving/`` for
bodies on their way in, so that keeping one is a rename: a key is there whole or not at all. Files
are read-only (0444), because datasets are hard links to them.
"""

import asyncio
import errno
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pixcrawler.application.ports.object_store import Body, ObjectMissing
from pixcrawler.domain.shared.errors import Invalid, StorageFull, Unavailable

KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
FULL = {errno.ENOSPC, errno.EDQUOT}
CANNOT_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES}
COPY_CHUNK = 1 << 20

T = TypeVar("T")


@contextmanager
def told_plainly(where: Path) -> Iterator[None]:
    """Turn the operating system's errors into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            message = f"The disk that holds {where} is full; make room and try again."
            raise StorageFull(message) from error
        message = f"The object store at {where} cannot be used: {error.strerror}."
        raise Unavailable(message) from error


class LocalBody:
    """A file under ``receiving/``; its name is random and known to nobody else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def write(self, data: bytes) -> None:
        with told_plainly(self.path.parent):
            if self._descriptor < 0:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                self._descriptor = os.open(self.path, flags, 0o444)
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]

    def open_for_reading(self) -> int:
        if self._descriptor < 0:
            self.write(b"")
        with told_plainly(self.path.parent):
            return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    def finish(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def discard(self) -> None:
        self.finish()
        self.path.unlink(missing_ok=True)

    def __del__(self) -> None:
        self.finish()


class LocalObjectStore:
    """An ``ObjectStore`` in one folder. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects = root / "objects"
        self._receiving = root / "receiving"
        with told_plainly(root):
            self._objects.mkdir(parents=True, exist_ok=True)
            self._receiving.mkdir(parents=True, exist_ok=True)

    def receive(self) -> Body:
        return LocalBody(self._receiving / secrets.token_hex(16))

    async def keep(self, body: Body, key: str) -> None:
        """Renames on the spot: it is one system call or two, cheaper than a thread."""
        if not isinstance(body, LocalBody):
            raise TypeError("A local store keeps only what it received itself.")
        self._keep(body, self._path(key))

    def _keep(self, body: LocalBody, path: Path) -> None:
        if not body.path.exists():
            body.write(b"")
        body.finish()
        with told_plainly(self.root):
            try:
                body.path.rename(path)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                body.path.rename(path)

    async def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        body = LocalBody(self._receiving / secrets.token_hex(16))

        def write() -> None:
            try:
                body.write(data)
                self._keep(body, path)
            except BaseException:
                body.discard()
                raise

        await asyncio.to_thread(write)

    async def get(self, key: str) -> bytes:
        return await self._reading(key, lambda path: path.read_bytes())

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        def read(path: Path) -> bytes:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(length)

        return await self._reading(key, read)

    async def open_for_reading(self, key: str) -> int:
        return await self._reading(key, lambda path: os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    async def place(self, key: str, target: Path) -> None:
        def copy(path: Path) -> None:
            try:
                _link_or_copy(path, target)
            except OSError as error:
                if error.errno not in FULL:
                    raise
                message = f"The disk that holds {target.parent} is full; make room and try again."
                raise StorageFull(message) from error

        await self._reading(key, copy)

    async def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    async def delete(self, key: str) -> None:
        with told_plainly(self.root):
            self._path(key).unlink(missing_ok=True)

    async def keys(self, prefix: str) -> AsyncIterator[tuple[str, float]]:
        found = await asyncio.to_thread(lambda: list(self._walk(prefix)))
        for key, age in found:
            yield key, age

    def _walk(self, prefix: str) -> Iterator[tuple[str, float]]:
        now = time.time()
        start = self._objects / prefix.rpartition("/")[0]
        for folder, folders, names in os.walk(start):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                key = path.relative_to(self._objects).as_posix()
                if key.startswith(prefix):
                    yield key, now - path.stat().st_mtime

    async def sweep(self, older_than: float) -> int:
        return await asyncio.to_thread(self._sweep, older_than)

    def _sweep(self, older_than: float) -> int:
        swept = 0
        for path in self._receiving.iterdir():
            try:
                old = time.time() - path.stat().st_mtime > older_than
                if old:
                    path.unlink()
                    swept += 1
            except FileNotFoundError:
                continue
        return swept

    def _path(self, key: str) -> Path:
        if len(key) > 512 or not KEY.fullmatch(key):
            raise Invalid(f"“{key[:80]}” is no object key.", field="key")
        return self._objects / key

    async def _reading(self, key: str, read: Callable[[Path], T]) -> T:
        path = self._path(key)

        def attempt() -> T:
            with told_plainly(self.root):
                try:
                    return read(path)
                except FileNotFoundError as error:
                    if path.exists():
                        raise
                    raise ObjectMissing(f"Nothing is stored under {key}.") from error

        return await asyncio.to_thread(attempt)


def _link_or_copy(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system will not have one; appears whole either way."""
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            os.link(source, part)
        except OSError as error:
            if error.errno not in CANNOT_LINK:
                raise
            _copy(source, part)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        while piece := reader.read(COPY_CHUNK):
            writer.write(piece)
