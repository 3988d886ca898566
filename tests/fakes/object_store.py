"""An object store in memory; bodies on their way in are files, because descriptors must be real."""

import io
import os
import re
import shutil
import tempfile
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from pixcrawler.application.ports.object_store import Body, Listed, ObjectMissing, ObjectWriter, Pieces
from pixcrawler.domain.shared.errors import Invalid

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class MemoryBody:
    """A temporary file that nobody else can see."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=folder)
        os.close(descriptor)
        self.path = Path(name)

    def write(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def open_for_reading(self) -> int:
        return os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)

    def __del__(self) -> None:
        self.discard()


class MemoryWriter:
    """What was written so far; kept at most once."""

    def __init__(self, keep: Callable[[bytes], None], head: int) -> None:
        self._keep = keep
        self._head = head
        self._data = bytearray()

    def write(self, data: bytes | memoryview) -> int:
        self._data += data
        return memoryview(data).nbytes

    def keep(self, head: bytes = b"") -> None:
        if len(head) != self._head:
            raise ValueError(f"{len(head)} bytes instead of {self._head}")
        self._keep(head + self._data)

    def discard(self) -> None:
        self._data.clear()


class MemoryObjectStore:
    """Implements the ``ObjectStore`` port; its temporary files go with it."""

    def __init__(self) -> None:
        self._objects: dict[str, tuple[bytes, float]] = {}
        self._receiving = Path(tempfile.mkdtemp(prefix="pixcrawler-fake-"))
        weakref.finalize(self, shutil.rmtree, self._receiving, ignore_errors=True)

    def receive(self) -> Body:
        return MemoryBody(self._receiving)

    async def keep(self, body: Body, key: str) -> None:
        if not isinstance(body, MemoryBody):
            raise TypeError("This store keeps only what it received itself.")
        await self.put(key, body.path.read_bytes())
        body.discard()

    async def put(self, key: str, data: bytes) -> None:
        self._objects[_checked(key)] = (bytes(data), time.monotonic())

    async def get(self, key: str) -> bytes:
        try:
            return self._objects[_checked(key)][0]
        except KeyError:
            raise ObjectMissing(f"Nothing is stored under {key}.") from None

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        return [await self.get(key) for key in keys]

    def reader(self, key: str) -> BinaryIO:
        try:
            return io.BytesIO(self._objects[_checked(key)][0])
        except KeyError:
            raise ObjectMissing(f"Nothing is stored under {key}.") from None

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        checked = _checked(key)

        def keep(data: bytes) -> None:
            self._objects[checked] = (data, time.monotonic())

        return MemoryWriter(keep, head)

    async def link(self, key: str, *, seconds: int, filename: str) -> str | None:  # noqa: ARG002
        return None

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        return (await self.get(key))[start : start + length]

    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        data = (await self.get(key))[start:][:length]

        async def pieces() -> AsyncGenerator[bytes, None]:
            for at in range(0, len(data), 1_000):
                yield data[at : at + 1_000]

        return pieces()

    async def open_for_reading(self, key: str) -> int:
        body = MemoryBody(self._receiving)
        body.write(await self.get(key))
        descriptor = body.open_for_reading()
        body.discard()
        return descriptor

    async def place(self, *wanted: tuple[str, str | Path]) -> None:
        for key, target in wanted:
            body = MemoryBody(self._receiving)
            body.write(await self.get(key))
            shutil.move(body.path, target)

    async def exists(self, key: str) -> bool:
        return _checked(key) in self._objects

    async def size(self, key: str) -> int:
        return len(await self.get(key))

    async def delete(self, key: str) -> None:
        self._objects.pop(_checked(key), None)

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        now = time.monotonic()
        for key, (data, since) in sorted(self._objects.items()):
            if key.startswith(prefix):
                yield Listed(key, now - since, len(data))

    async def check(self) -> None:
        return None

    async def sweep(self, older_than: float) -> int:
        old = [path for path in self._receiving.iterdir() if time.time() - path.stat().st_mtime > older_than]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _checked(key: str) -> str:
    if len(key) > 512 or not _KEY.fullmatch(key):
        raise Invalid(f"“{key[:80]}” is no object key.", field="key")
    return key
