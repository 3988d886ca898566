"""A dataset in a tar that is compressed with Zstandard."""

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pixcrawler_sdk.containers.base import Broken, Member
from pixcrawler_sdk.containers.tar_file import Forward, first_of, from_here, tar_members
from pixcrawler_sdk.errors import MissingDependencyError


class TarZst:
    """Decompressed while it is read; never more of it in memory than Zstandard's window (128 MiB at most)."""

    kind = "tar.zst"
    rewinds = True

    def __init__(self, path: Path) -> None:
        self.size = path.stat().st_size
        self._path = path
        self._zstd = _library()
        self._file: BinaryIO | None = None

    def members(self) -> Generator[Member, None, None]:
        with self._path.open("rb") as self._file, self._zstd.ZstdFile(self._file) as unpacked:
            try:
                yield from from_here(tar_members(Forward(unpacked)))
            except (self._zstd.ZstdError, EOFError) as error:
                raise Broken(f"the archive is cut off or damaged ({error})") from error

    def open(self, name: str) -> BinaryIO:
        return first_of(self.members(), name)

    def position(self, read: int) -> int:  # noqa: ARG002 - the compressed file itself says it
        return 0 if self._file is None or self._file.closed else self._file.tell()

    def close(self) -> None:
        """Each walk closes what it opened."""


def _library() -> Any:  # noqa: ANN401 - one of two modules with the same content
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        told = "A .tar.zst needs a library for Zstandard: pip install 'pixcrawler-sdk[zstd]'"
        raise MissingDependencyError(told) from error
    return cast("Any", zstd)
