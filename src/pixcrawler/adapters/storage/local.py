"""Objects as files on a local disk.

Layout: ``<root>/objects/<key>`` and, beside it on the same file system, ``<root>/receiving/`` for
bodies on their way in, so that keeping one is a rename: a key is there whole or not at all. Files
are read-only (0444), because datasets are hard links to them.
"""

import asyncio
import errno
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.keys import checked
from pixcrawler.adapters.storage.local_body import FULL, LocalBody, plainly, told_plainly
from pixcrawler.adapters.storage.local_folders import put_at, remove_empty
from pixcrawler.adapters.storage.local_pieces import LocalPieces
from pixcrawler.adapters.storage.local_writer import LocalWriter
from pixcrawler.application.ports.object_store import Body, Listed, ObjectMissing, ObjectWriter, Pieces
from pixcrawler.application.ports.waiting import to_the_end

CANNOT_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES}
COPY_CHUNK = 1 << 20
PAGE = 1_000
"""Objects of a listing that are in memory together."""

T = TypeVar("T")
P = TypeVar("P", str, Path)


class LocalObjectStore:
    """An ``ObjectStore`` in one folder. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._objects = root / "objects"
        self._receiving = root / "receiving"
        with told_plainly(root):
            self._objects.mkdir(parents=True, exist_ok=True)
            self._receiving.mkdir(parents=True, exist_ok=True)
        self._mine = secrets.token_hex(16)  # no two stores use the same names for what they receive
        self._numbers = count()

    def receive(self) -> Body:
        return self._new_body()

    def _new_body(self) -> LocalBody:
        return LocalBody(str(self._receiving), f"{self._mine}-{next(self._numbers)}")

    async def keep(self, body: Body, key: str) -> None:
        """Renames on the spot: it is one system call or two, cheaper than a thread."""
        if not isinstance(body, LocalBody):
            raise TypeError("A local store keeps only what it received itself.")
        self._keep(body, key)

    def _keep(self, body: LocalBody, key: str) -> None:
        path = f"{self._objects}/{checked(key)}"  # no path object: see LocalBody
        try:
            put_at(path, lambda: body.move(path))
        except OSError as error:
            raise plainly(error, self.root) from error

    async def put(self, key: str, data: bytes) -> None:
        checked(key)
        body = self._new_body()

        def write() -> None:
            try:
                body.write(data)
                self._keep(body, key)
            except BaseException:
                body.discard()
                raise

        await asyncio.to_thread(write)

    async def get(self, key: str) -> bytes:
        return await self._reading(key, _whole)

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        """In one thread for all: a file that the kernel holds takes less time than a thread's start."""
        paths = [(key, f"{self._objects}/{checked(key)}") for key in keys]

        def read_all() -> list[bytes]:
            return [self._attempt(key, path, _whole) for key, path in paths]

        return await asyncio.to_thread(read_all)

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        def read(path: Path) -> bytes:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(length)

        return await self._reading(key, read)

    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        def opened(path: Path) -> LocalPieces:
            return LocalPieces(_opened(path), start, sys.maxsize if length is None else length)

        return await self._reading(key, opened)

    async def open_for_reading(self, key: str) -> int:
        opened = partial(self._attempt, key, self._path(key), _opened)
        return await to_the_end(opened, drop=os.close)

    def reader(self, key: str) -> BinaryIO:
        return self._attempt(key, self._path(key), lambda path: path.open("rb"))

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        return LocalWriter(self._new_body(), self._path(key), self.root, Head(head))

    async def link(self, key: str, *, seconds: int, filename: str) -> str | None:  # noqa: ARG002
        """None: the API serves these objects."""
        return None

    async def place(self, *wanted: tuple[str, str | Path]) -> None:
        paths = [(key, f"{self._objects}/{checked(key)}", target) for key, target in wanted]

        def place_all() -> None:
            for key, path, target in paths:
                self._attempt(key, path, partial(_place, target=target))

        await to_the_end(place_all)

    async def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    async def size(self, key: str) -> int:
        return self._attempt(key, self._path(key), lambda path: path.stat().st_size)

    async def delete(self, key: str) -> None:
        with told_plainly(self.root):
            path = self._path(key)
            path.unlink(missing_ok=True)
            remove_empty(path.parent, below=self._objects)

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        walk = self._walk(prefix)
        while page := await asyncio.to_thread(lambda: list(islice(walk, PAGE))):
            for one in page:
                yield one

    def _walk(self, prefix: str) -> Iterator[Listed]:
        now = time.time()
        start = self._objects / prefix.rpartition("/")[0]
        for folder, folders, names in os.walk(start):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                key = path.relative_to(self._objects).as_posix()
                if key.startswith(prefix):
                    with suppress(FileNotFoundError):
                        there = path.stat()
                        yield Listed(key, now - there.st_mtime, there.st_size)

    async def check(self) -> None:
        def try_it() -> None:
            body = self._new_body()
            try:
                body.write(b".")
            finally:
                body.discard()

        await asyncio.to_thread(try_it)

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
        return self._objects / checked(key)

    async def _reading(self, key: str, read: Callable[[Path], T]) -> T:
        return await asyncio.to_thread(self._attempt, key, self._path(key), read)

    def _attempt(self, key: str, path: P, read: Callable[[P], T]) -> T:
        try:
            return read(path)
        except FileNotFoundError as error:
            if Path(path).exists():
                raise plainly(error, self.root) from error
            raise ObjectMissing(f"Nothing is stored under {key}.") from error
        except OSError as error:
            raise plainly(error, self.root) from error


@asynccontextmanager
async def open_store(config: StoreConfig) -> AsyncIterator[LocalObjectStore]:
    """Raises Unavailable when its folder cannot be made."""
    yield LocalObjectStore(config.local_root)


def _opened(path: str | Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _whole(path: str | Path) -> bytes:
    """Its content, at a third of what ``Path.read_bytes`` takes for a small file: its size is known, and
    nothing is buffered."""
    descriptor = _opened(path)
    try:
        size = os.fstat(descriptor).st_size
        data = os.read(descriptor, size)
        while len(data) < size and (more := os.read(descriptor, size - len(data))):
            data += more
    finally:
        os.close(descriptor)
    return data


def _place(source: str, target: str | Path) -> None:
    """A hard link, or a copy where the file system will not have one; appears whole either way."""
    try:
        with suppress(FileExistsError):
            os.link(source, target)
            return
        part = _beside(Path(target))
        os.link(source, part)
        part.rename(target)
    except OSError as error:
        if error.errno not in CANNOT_LINK:
            raise
        _copy(Path(source), Path(target))


def _copy(source: Path, target: Path) -> None:
    part = _beside(target)
    try:
        with source.open("rb") as reader, part.open("xb") as writer:
            while piece := reader.read(COPY_CHUNK):
                writer.write(piece)
        part.rename(target)
    except OSError as error:
        if error.errno in FULL:
            raise plainly(error, target.parent) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".{secrets.token_hex(8)}.part")
