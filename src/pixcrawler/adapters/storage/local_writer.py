"""A large object on its way into the local store."""

import os
from contextlib import suppress
from pathlib import Path

from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.local_body import LocalBody, plainly
from pixcrawler.adapters.storage.local_folders import put_at

SENT = 4 << 20
"""Bytes from which on it is worth telling the disk."""


class LocalWriter:
    """An ``ObjectWriter``: a body under ``receiving/`` that becomes the object. What came is sent to the disk
    while more is made, so ``keep`` finds most of it there."""

    def __init__(self, body: LocalBody, path: Path, root: Path, head: Head) -> None:
        self._body = body
        self._path = path
        self._root = root
        self._head = head
        self._size = self._sent = 0

    def write(self, data: bytes | memoryview) -> int:
        self._leave_room()
        self._body.write(data)
        size = len(data) if isinstance(data, bytes) else data.nbytes
        self._size += size
        if self._size - self._sent >= SENT:
            self._body.send(self._sent, self._size - self._sent)
            self._sent = self._size
        return size

    def _leave_room(self) -> None:
        if not self._size and self._head.size:
            self._body.write(self._head.room)
            self._size = self._head.size

    def keep(self, head: bytes = b"") -> None:
        """On the disk before it is visible: what it replaces, or was copied from, may be deleted next."""
        self._head.check(head)
        self._leave_room()
        try:
            self._body.fill(head)
            self._body.sync()
            put_at(self._path, lambda: self._body.move(str(self._path)))
            with suppress(FileNotFoundError):  # it was deleted already, and its folder with it
                _sync_folder(self._path.parent)
        except OSError as error:
            raise plainly(error, self._root) from error

    def discard(self) -> None:
        self._body.discard()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
