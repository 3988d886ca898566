"""A dataset in a 7z.

py7zr pushes contents into files that it is given. Here they are pulled, so it works in a thread of its own
and waits until what it has unpacked is taken.
"""

import io
import queue
import struct
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pixcrawler_sdk.containers.base import Broken, Kind, Member
from pixcrawler_sdk.containers.tar_file import first_of
from pixcrawler_sdk.errors import MissingDependencyError
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.names import what_is_wrong_with

AHEAD = 1
"""Pieces that are unpacked and not yet taken; py7zr makes them as large as it likes, up to 128 MB."""

HEAD = 32
"""Bytes of a 7z before its contents."""


class SevenZip:
    """Unpacked as one stream."""

    kind = "7z"
    rewinds = True

    def __init__(self, path: Path, limits: Limits) -> None:
        self._py7zr = _library()
        self.size = path.stat().st_size
        self._limits = limits
        self._path = path
        self._unfolded = 0

    def members(self) -> Generator[Member, None, None]:
        """First what is no file and what has a name that py7zr would not unpack, then the files."""
        with self._path.open("rb") as file:
            try:
                archive = self._py7zr.SevenZipFile(file)
            except Exception as error:
                raise Broken(f"the 7z is cut off or damaged ({type(error).__name__}: {error})") from error
            with archive:
                self._check_end()
                yield from self._unpacked(archive)

    def _check_end(self) -> None:
        """The header, which stands last, ends where the file does (7zFormat.txt, SignatureHeader)."""
        with self._path.open("rb") as file:
            offset, size = struct.unpack_from("<QQ", file.read(HEAD), 12)
        if behind := self.size - HEAD - offset - size:
            raise Broken(f"{behind:,} bytes stand behind the end of the 7z")

    def _unpacked(self, archive: Any) -> Iterator[Member]:  # noqa: ANN401 - py7zr's types are an option
        if len(archive.files) > self._limits.files:
            raise Broken(f"it has more than {self._limits.files:,} files")
        self._unfolded = sum(entry.uncompressed or 0 for entry in archive.files)
        good: dict[str, int] = {}
        for entry in archive.files:
            kind = _kind(entry)
            twice = entry.filename in good
            if kind is Kind.FILE and not twice and what_is_wrong_with(entry.filename) is None:
                good[entry.filename] = entry.uncompressed or 0
            else:
                yield Member(entry.filename, kind, entry.uncompressed or 0, _unreadable)
        if archive.needs_password():
            raise Broken("the 7z is encrypted")
        if good:
            yield from _Pump(archive, self._py7zr.io, good).members()

    def open(self, name: str) -> BinaryIO:
        return first_of(self.members(), name)

    def position(self, read: int) -> int:
        return int(self.size * min(1.0, read / max(1, self._unfolded)))

    def close(self) -> None:
        """Each walk closes what it opened."""


class _Ended(Exception):
    """Nobody takes any more."""


class _Pump:
    """What py7zr pushes, to be pulled: begins (a name), pieces (bytes), and an end (None, or an error)."""

    def __init__(self, archive: Any, vocabulary: Any, wanted: dict[str, int]) -> None:  # noqa: ANN401
        self._archive, self._io, self._wanted = archive, vocabulary, wanted
        self._queue: queue.Queue[str | bytes | Exception | None] = queue.Queue(AHEAD)
        self._ended = threading.Event()
        self._next: str | bytes | Exception | None = b""

    def members(self) -> Iterator[Member]:
        thread = threading.Thread(target=self._push, name="7z", daemon=True)
        thread.start()
        try:
            while (name := self._next_name()) is not None:
                yield Member(name, Kind.FILE, self._wanted[name], self._content)
        finally:
            self._ended.set()
            while thread.is_alive():
                self._drain()
                thread.join(0.01)

    def put(self, item: str | bytes | Exception | None) -> None:
        while not self._ended.is_set():
            try:
                self._queue.put(item, timeout=0.05)
            except queue.Full:
                continue
            return
        raise _Ended

    def take(self) -> bytes | None:
        """The next piece of the file that was begun last; None at its end."""
        if isinstance(self._next, bytes):
            self._next = self._queue.get()
        return self._next if isinstance(self._next, bytes) else None

    def _next_name(self) -> str | None:
        while isinstance(self._next, bytes):
            self._next = self._queue.get()
        if isinstance(self._next, Exception):
            raise Broken(f"the 7z is cut off or damaged ({type(self._next).__name__}: {self._next})")
        name, self._next = self._next, b""
        return name

    def _content(self) -> BinaryIO:
        return cast("BinaryIO", io.BufferedReader(_Pulled(self)))

    def _push(self) -> None:
        end: Exception | None = None
        try:
            self._archive.extract(targets=set(self._wanted), factory=_factory(self._io, self))
        except _Ended:
            return
        except Exception as error:  # noqa: BLE001 - told to who pulls
            end = error
        try:
            self.put(end)
        except _Ended:
            return

    def _drain(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class _Pulled(io.RawIOBase):
    """The content of one member."""

    def __init__(self, pump: _Pump) -> None:
        self._pump, self._piece, self._at = pump, b"", 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - a writable buffer; typed from 3.12 on
        while self._at >= len(self._piece):
            piece = self._pump.take()
            if piece is None:
                return 0
            self._piece, self._at = piece, 0
        part = self._piece[self._at : self._at + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)


def _factory(vocabulary: Any, pump: _Pump) -> Any:  # noqa: ANN401 - see above
    """What py7zr writes into."""

    class Sink(vocabulary.Py7zIO):  # type: ignore[misc]
        def write(self, piece: bytes | bytearray) -> int:
            pump.put(bytes(piece))
            return len(piece)

        def read(self, size: int | None = None) -> bytes:  # noqa: ARG002
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002
            return 0

        def flush(self) -> None:
            """Pieces are handed on as they come."""

        def size(self) -> int:
            return 0

    class Factory(vocabulary.WriterFactory):  # type: ignore[misc]
        def create(self, filename: str) -> Sink:
            pump.put(filename)
            return Sink()

    return Factory()


def _kind(entry: Any) -> Kind:  # noqa: ANN401 - see above
    if entry.is_directory:
        return Kind.FOLDER
    return Kind.OTHER if entry.is_symlink or entry.is_junction or entry.is_socket else Kind.FILE


def _unreadable() -> BinaryIO:
    raise Broken("it is not unpacked")


def _library() -> Any:  # noqa: ANN401 - see above
    try:
        import py7zr
        import py7zr.io
    except ImportError as error:
        told = "A .7z needs a library that reads it: pip install 'pixcrawler-sdk[7z]'"
        raise MissingDependencyError(told) from error
    return py7zr
