"""Where an archive comes to lie: a file, or an object of the store. Everything here blocks."""

import hashlib
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Protocol

from pixcrawler.adapters.archives.container import Container, Packer, in_blocks
from pixcrawler.adapters.archives.disk import Growing, told_plainly
from pixcrawler.adapters.archives.sink import Sink, one_by_one
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.datasets.errors import BrokenArchive


class Destination(Protocol):
    container: Container

    def packer(self) -> Packer:
        """To be asked for once."""
        ...

    def finish(self, head: bytes) -> tuple[int, str | None]:
        """With what the packer gave when it was closed. Then the archive can be read: its size in bytes, and
        its SHA-256 (hex) where somebody wants it."""
        ...

    def open(self) -> BinaryIO:
        """After ``finish``, the archive as it lies there."""
        ...

    def drop(self) -> None:
        """Leave nothing that is not finished. Harmless at any time."""
        ...


class InFile:
    """A file that is new."""

    def __init__(self, path: Path, container: Container) -> None:
        self._path, self.container = path, container
        self._descriptor = -1
        self._growing: Growing | None = None
        self._sink = Sink(self._append, summed=False)

    def packer(self) -> Packer:
        with told_plainly(self._path.parent):
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._growing = Growing(self._descriptor)
        if self.container.head:
            self._sink(bytes(self.container.head))
        return self.container.packer(self._sink)

    def _append(self, pieces: Sequence[bytes]) -> None:
        assert self._growing is not None, "A packer was asked for."
        with told_plainly(self._path.parent):
            self._growing.write(pieces)

    def finish(self, head: bytes) -> tuple[int, str | None]:
        self._sink.finish()
        with told_plainly(self._path.parent):
            os.pwrite(self._descriptor, head, 0)
        self.drop()
        return self._sink.size, None

    def open(self) -> BinaryIO:
        with told_plainly(self._path.parent):
            return self._path.open("rb")

    def drop(self) -> None:
        self._sink.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class InStore:
    """An object, written as it is made; nothing is visible under its key before ``finish``."""

    def __init__(self, store: ObjectStore, key: str, container: Container) -> None:
        self.key, self.container = key, container
        self._store = store
        self._writer = store.writer(key, head=container.head)
        self._sink = Sink(one_by_one(self._writer.write), summed=True)

    def packer(self) -> Packer:
        return self.container.packer(self._sink)

    def finish(self, head: bytes) -> tuple[int, str | None]:
        digest = self._sink.finish()
        self._writer.keep(head)
        if head:
            digest = self._read_again(head, digest)
        return len(head) + self._sink.size, digest

    def _read_again(self, head: bytes, digest: str | None) -> str:
        """A sum goes front to back, and the head came last. What follows it must be what was written."""
        whole, rest = hashlib.sha256(head), hashlib.sha256()
        with closing(self.open()) as file:
            same = file.read(len(head)) == head
            for block in in_blocks(file):
                whole.update(block)
                rest.update(block)
        if not same or rest.hexdigest() != digest:
            raise BrokenArchive("What was written cannot be read again as it was; it was removed. Try again.")
        return whole.hexdigest()

    def open(self) -> BinaryIO:
        return self._store.reader(self.key)

    def drop(self) -> None:
        self._sink.close()
        self._writer.discard()
