"""Text files of an export, written to disk piece by piece before the target takes them."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from pixcrawler.domain.shared.errors import StorageFull, Unavailable

GATHERED = 1 << 16
"""Bytes that are written and summed up together."""


class Text(NamedTuple):
    """A finished text: where it is on disk, its size in bytes and its SHA-256 in hex."""

    name: str
    path: Path
    size: int
    sha256: str


class _File:
    def __init__(self, path: Path, opened: ExitStack) -> None:
        self.path = path
        self.file: IO[bytes] = opened.enter_context(path.open("xb"))
        self.summed = hashlib.sha256()
        self.size = 0
        self._waiting: list[bytes] = []
        self._held = 0

    def write(self, piece: bytes) -> None:
        self._waiting.append(piece)
        self._held += len(piece)
        if self._held >= GATHERED:
            self.flush()

    def flush(self) -> None:
        block = b"".join(self._waiting)
        self._waiting.clear()
        self._held = 0
        self.file.write(block)
        self.summed.update(block)
        self.size += len(block)


class Texts:
    """Each is new with its first piece, and they come in the order of that. Names may have ``/``."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder, self._opened = folder, opened
        self._files: dict[str, _File] = {}

    def write(self, name: str, piece: bytes) -> None:
        """Append."""
        file = self._files.get(name)
        if file is None:
            path = self._folder / f"text-{len(self._files)}"
            file = self._files[name] = _File(path, self._opened)
        file.write(piece)

    def __iter__(self) -> Iterator[Text]:
        """As they are so far."""
        for name, file in self._files.items():
            file.flush()
            yield Text(name, file.path, file.size, file.summed.hexdigest())


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """The operating system's errors as sentences: StorageFull, Unavailable."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk that holds {folder} is full; make room and try again.") from error
        raise Unavailable(f"The dataset cannot be written into {folder}: {error.strerror}.") from error
