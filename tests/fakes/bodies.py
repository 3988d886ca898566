"""Bodies in a temporary folder: what a real store hands out, without the store."""

import os
import tempfile
from pathlib import Path

from pixcrawler.domain.shared.errors import StorageFull


class TempBody:
    """One temporary file. With ``room``, more bytes than that raise StorageFull, as a full disk does."""

    def __init__(self, folder: Path | None = None, *, room: int | None = None) -> None:
        descriptor, name = tempfile.mkstemp(prefix="body-", dir=folder)
        self.path = Path(name)
        self.size = 0
        self.discarded = False
        self._room = room
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    def write(self, data: bytes) -> None:
        if self._room is not None and self.size + len(data) > self._room:
            raise StorageFull("The disk is full: make room and start again.")
        self._file.write(data)
        self.size += len(data)

    def open_for_reading(self) -> int:
        return os.open(self.path, os.O_RDONLY)

    def discard(self) -> None:
        self.discarded = True
        self._file.close()
        self.path.unlink(missing_ok=True)

    def bytes(self) -> bytes:
        return self.path.read_bytes()


class Bodies:
    """Hands out bodies and remembers them: ``bodies`` is a valid ``receive``."""

    def __init__(self, folder: Path, *, room: int | None = None) -> None:
        self.folder = folder
        self.room = room
        self.handed_out: list[TempBody] = []

    def __call__(self) -> TempBody:
        body = TempBody(self.folder, room=self.room)
        self.handed_out.append(body)
        return body

    @property
    def left(self) -> list[TempBody]:
        """Those that were not discarded."""
        return [body for body in self.handed_out if not body.discarded]

    def close(self) -> None:
        for body in self.handed_out:
            body.discard()
