"""Text files of an export, written to disk piece by piece before the target takes them."""

import errno
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from pixcrawler.domain.shared.errors import StorageFull, Unavailable


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
        file.file.write(piece)
        file.summed.update(piece)
        file.size += len(piece)

    def __iter__(self) -> Iterator[Text]:
        """As they are so far."""
        for name, file in self._files.items():
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
