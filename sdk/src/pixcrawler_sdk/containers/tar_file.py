"""A dataset in a tar, and tars in a dataset (the shards of WebDataset), read from front to back."""

import io
import tarfile
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

from pixcrawler_sdk.containers.base import PIECE, Broken, Kind, Member

LONGEST_HEADER = PIECE
"""Bytes of one header; tarfile reads what a header announces in one go."""


OPENED_AGAIN = (".json", ".jsonl", ".parquet", "SHA256SUMS")
MOST_KNOWN = 10_000
"""Members that are found again without another walk through all headers."""


LONGEST_END = 1 << 20
"""Bytes of zeros behind the last member; common tools write some kilobytes."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Forward:
    """A stream that tarfile can go through: it seeks by reading, forward only, and reads little at once."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._at = 0

    def read(self, size: int) -> bytes:
        if not 0 <= size <= LONGEST_HEADER:
            raise Broken(f"a header of the tar announces {size:,} bytes")
        parts = []
        while size and (piece := self._stream.read(size)):
            parts.append(piece)
            size -= len(piece)
            self._at += len(piece)
        return b"".join(parts)

    def seek(self, to: int) -> None:
        if to < self._at:
            raise Broken("the tar cannot be read in its order")
        while to > self._at and self.read(min(PIECE, to - self._at)):
            pass

    def tell(self) -> int:
        return self._at


class _Remembered:
    """A stream for tarfile, which ends at whatever is no header; and what it saw there."""

    def __init__(self, stream: BinaryIO | Forward) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell
        self._last = b""

    def read(self, size: int) -> bytes:
        self._last = self._stream.read(size)
        return self._last

    def end(self) -> None:
        """Raises Broken where anything but POSIX's two blocks of zeros, or more of them, ends the tar."""
        behind = self._last
        while (piece := self._stream.read(tarfile.BLOCKSIZE)) and len(behind) <= LONGEST_END:
            behind += piece
        if behind.strip(b"\0") or len(behind) > LONGEST_END:
            raise Broken("something stands behind the end of the tar")
        if len(behind) < 2 * tarfile.BLOCKSIZE or len(behind) % tarfile.BLOCKSIZE:
            raise Broken("the tar is cut off at its end")


def tar_members(stream: BinaryIO | Forward) -> Generator[Member, None, None]:
    """What stands in a tar. Raises Broken."""
    watched = _Remembered(stream)
    try:
        with tarfile.open(fileobj=cast("BinaryIO", watched), mode="r:") as tar:
            while (info := tar.next()) is not None:
                yield Member(info.name, _kind(info), info.size, partial(_open, tar, info), info.offset_data)
                tar.members.clear()  # type: ignore[attr-defined]  # else it remembers every one
            watched.end()
    except (tarfile.TarError, RecursionError, ValueError, OverflowError) as error:
        raise Broken(f"the tar is cut off or damaged ({type(error).__name__}: {error})") from error


def from_here(members: Iterable[Member]) -> Iterator[Member]:
    """Names without the ``./`` that tools write who pack ``.`` or ``./folder``."""
    for member in members:
        if member.name != "." or member.kind is not Kind.FOLDER:
            yield member._replace(name=member.name.removeprefix("./"))


def first_of(walk: Generator[Member, None, None], name: str) -> BinaryIO:
    """The content of the first file of this name; closing it ends the walk. Raises KeyError."""
    for member in walk:
        if member.name == name and member.kind is Kind.FILE:
            return cast("BinaryIO", io.BufferedReader(_Walked(walk, member.open())))
    raise KeyError(name)


class _Walked(io.RawIOBase):
    """A content, and the walk that stands at it."""

    def __init__(self, walk: Generator[Member, None, None], content: BinaryIO) -> None:
        self._walk, self._content = walk, content

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - a writable buffer; typed from 3.12 on
        piece = self._content.read(len(into))
        into[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._content.close()
            self._walk.close()
        super().close()


class Tar:
    """An uncompressed tar. Skips what nobody reads."""

    kind = "tar"
    rewinds = False

    def __init__(self, path: Path) -> None:
        self.size = path.stat().st_size
        self._path = path
        self._known: dict[str, Member] = {}

    def members(self) -> Generator[Member, None, None]:
        with self._path.open("rb") as file:
            for member in from_here(tar_members(cast("BinaryIO", _Seekable(file)))):
                if member.name.endswith(OPENED_AGAIN) and len(self._known) < MOST_KNOWN:
                    self._known.setdefault(member.name, member)
                yield member

    def open(self, name: str) -> BinaryIO:
        known = self._known.get(name)
        for member in self.members() if known is None else [known]:
            if member.name == name and member.kind is Kind.FILE:
                return cast("BinaryIO", io.BufferedReader(_Part(self._path, member)))
        raise KeyError(name)

    def position(self, read: int) -> int:
        return min(read, self.size)

    def close(self) -> None:
        """Nothing is held open between two looks."""


class _Part(io.RawIOBase):
    """What of a file is a member's content."""

    def __init__(self, path: Path, member: Member) -> None:
        self._file = path.open("rb", buffering=0)
        self._start, self._size, self._at = member.start, member.size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, to: int, whence: int = io.SEEK_SET) -> int:
        self._at = to + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - a writable buffer; typed from 3.12 on
        self._file.seek(self._start + self._at)
        piece = self._file.read(max(0, min(len(into), self._size - self._at)))
        into[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Seekable:
    """A file of which tarfile reads little at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        if not 0 <= size <= LONGEST_HEADER:
            raise Broken(f"a header of the tar announces {size:,} bytes")
        return self._file.read(size)


def _kind(info: tarfile.TarInfo) -> Kind:
    if info.isdir():
        return Kind.FOLDER
    return Kind.FILE if info.isreg() and not info.issparse() else Kind.OTHER


def _open(tar: tarfile.TarFile, info: tarfile.TarInfo) -> BinaryIO:
    content = tar.extractfile(info)
    assert content is not None  # of a file
    return cast("BinaryIO", content)
