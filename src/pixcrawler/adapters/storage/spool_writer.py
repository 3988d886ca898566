"""A large object for a store that takes objects only whole: it waits in the spool until it is complete."""

from collections.abc import Callable
from pathlib import Path

from pixcrawler.adapters.storage.head import Head
from pixcrawler.adapters.storage.spool import SpoolBody


class SpoolWriter:
    """An ``ObjectWriter``. ``upload(path, size)`` blocks until the file is the object."""

    def __init__(self, body: SpoolBody, head: Head, upload: Callable[[Path, int], None]) -> None:
        self._body = body
        self._head = head
        self._upload = upload

    def write(self, data: bytes | memoryview) -> int:
        self._leave_room()
        before = self._body.size
        self._body.write(data)
        return self._body.size - before

    def _leave_room(self) -> None:
        if not self._body.size and self._head.size:
            self._body.write(self._head.room)

    def keep(self, head: bytes = b"") -> None:
        self._head.check(head)
        self._leave_room()
        self._body.fill(head)
        self._upload(self._body.finish(), self._body.size)
        self._body.discard()

    def discard(self) -> None:
        self._body.discard()
