"""A large object for a store that takes objects only whole: it waits in the spool until it is complete."""

from collections.abc import Callable
from pathlib import Path

from pixcrawler.adapters.storage.spool import SpoolBody


class SpoolWriter:
    """An ``ObjectWriter``. ``upload(path, size)`` blocks until the file is the object."""

    def __init__(self, body: SpoolBody, upload: Callable[[Path, int], None]) -> None:
        self._body = body
        self._upload = upload

    def write(self, data: bytes | memoryview) -> int:
        before = self._body.size
        self._body.write(data)
        return self._body.size - before

    def keep(self) -> None:
        self._upload(self._body.finish(), self._body.size)
        self._body.discard()

    def discard(self) -> None:
        self._body.discard()
