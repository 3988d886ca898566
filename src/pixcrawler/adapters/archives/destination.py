"""Where an archive comes to lie: a file, or an object of the store. Everything here blocks."""

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from pixcrawler.adapters.archives.container import Container, Packer, in_blocks
from pixcrawler.adapters.archives.disk import Growing, told_plainly
from pixcrawler.adapters.archives.seven_zip import SevenZipPacker
from pixcrawler.adapters.archives.sink import Sink
from pixcrawler.application.ports.object_store import ObjectStore


class Destination(Protocol):
    container: Container

    def packer(self) -> Packer:
        """To be asked for once."""
        ...

    def finish(self) -> tuple[int, str | None]:
        """After the packer was closed, the archive can be read: its size in bytes, and its SHA-256 (hex)
        where somebody wants it."""
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
        front_to_back = self.container.packer
        return SevenZipPacker(self._sink, self._begin) if front_to_back is None else front_to_back(self._sink)

    def _append(self, block: bytes) -> None:
        assert self._growing is not None, "A packer was asked for."
        with told_plainly(self._path.parent):
            self._growing.write((block,))

    def _begin(self, first: bytes) -> None:
        self._sink.flush()
        with told_plainly(self._path.parent):
            os.pwrite(self._descriptor, first, 0)

    def finish(self) -> tuple[int, str | None]:
        self._sink.finish()
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
        self._writer = store.writer(key)
        self._sink = Sink(self._writer.write, summed=True)

    def packer(self) -> Packer:
        assert self.container.packer is not None, "What goes front to back."
        return self.container.packer(self._sink)

    def finish(self) -> tuple[int, str | None]:
        digest = self._sink.finish()
        self._writer.keep()
        return self._sink.size, digest

    def open(self) -> BinaryIO:
        return self._store.reader(self.key)

    def drop(self) -> None:
        self._sink.close()
        self._writer.discard()


class ByFile(InStore):
    """An object that is made as a file on this disk first, because its beginning is known last."""

    def __init__(self, store: ObjectStore, key: str, container: Container, scratch: Path) -> None:
        super().__init__(store, key, container)
        self._path = scratch / ".archive"
        self._file = InFile(self._path, container)

    def packer(self) -> Packer:
        return self._file.packer()

    def finish(self) -> tuple[int, str | None]:
        self._file.finish()
        with self._file.open() as made:
            for block in in_blocks(made):
                self._sink(block)
        self._path.unlink()
        return super().finish()

    def drop(self) -> None:
        self._file.drop()
        with suppress(FileNotFoundError):
            self._path.unlink()
        super().drop()
