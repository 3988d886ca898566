"""Pictures in a zip (PKWARE APPNOTE 6.3, Zip64 too), read one by one; nothing is unpacked to the disk."""

import os
import stat
import struct
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, BinaryIO

from pixcrawler.adapters.fetching.references import PICTURES

MOST_ENTRIES = 250_000
LONGEST_DIRECTORY = 32_000_000  # bytes
LONGEST_NAME = 1_000  # bytes
MOST_OPEN = 2

_END = b"PK\x05\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LONGEST_END = 22 + 65_535 + 20
_ENCRYPTED = 0x1
# The others of the standard library give out megabytes for a few bytes before anybody could count them.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst")


class BadArchive(Exception):
    """The text says what is wrong with it, for people."""


@dataclass(slots=True)
class Contents:
    """``pictures`` are the paths of its members, part by part, in the order of their bytes. The rest counts
    what was left out: members that need a password, archives inside it, names that lead out of it."""

    pictures: list[tuple[str, ...]] = field(default_factory=list)
    encrypted: int = 0
    archives: int = 0
    misnamed: int = 0


class Archive:
    """An open zip; its members may be read by several threads at once. Raises BadArchive."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            _refuse_endless(file)
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
            raise BadArchive(f"it is no zip that can be read ({error})") from error
        self._file = file
        self._members = {info.filename: info for info in self._zip.infolist()}
        self.readers = 0

    def contents(self) -> Contents:
        found = Contents()
        for info in self._members.values():
            if info.is_dir() or _is_link(info):
                continue
            parts = _parts(info.filename)
            if parts is None:
                found.misnamed += 1
            elif any(part.startswith((".", "__MACOSX")) for part in parts):
                continue
            elif parts[-1].lower().endswith(_ARCHIVES):
                found.archives += 1
            elif os.path.splitext(parts[-1])[1].lower() in PICTURES:  # noqa: PTH122
                if info.flag_bits & _ENCRYPTED:
                    found.encrypted += 1
                else:
                    found.pictures.append(parts)
        found.pictures.sort(key=lambda parts: [part.encode("utf-8", "surrogateescape") for part in parts])
        return found

    def open(self, name: str) -> tuple[IO[bytes], int]:
        """A member to be read, and the size that it claims to have. Raises KeyError, BadArchive."""
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED:
            raise BadArchive("it needs a password")
        if info.compress_type not in _METHODS:
            raise BadArchive(f"compression method {info.compress_type} is not read; stored and deflated are")
        try:
            return self._zip.open(info), info.file_size
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            raise BadArchive(str(error) or type(error).__name__) from error

    def close(self) -> None:
        self._file.close()


class OpenArchives:
    """Keeps the last archives open: reading the list of a large one costs more than a picture of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, ...], Archive] = OrderedDict()

    @contextmanager
    def reading(self, file: BinaryIO) -> Iterator[Archive]:
        """The archive in this file, which is closed when nobody needs it any more. Raises BadArchive."""
        archive = self._taken(file)
        try:
            yield archive
        finally:
            with self._lock:
                archive.readers -= 1
                self._drop(archive)

    def close(self) -> None:
        """Close those that nobody reads now."""
        with self._lock:
            while self._kept:
                self._drop(self._kept.popitem()[1])

    def _taken(self, file: BinaryIO) -> Archive:
        state = os.fstat(file.fileno())
        key = (state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size)
        with self._lock:
            try:
                archive = self._kept.get(key) or Archive(file)
            except BadArchive:
                file.close()
                raise
            if key in self._kept:
                file.close()
            self._kept[key] = archive
            self._kept.move_to_end(key)
            archive.readers += 1
            if len(self._kept) > MOST_OPEN:
                self._drop(self._kept.popitem(last=False)[1])
            return archive

    def _drop(self, archive: Archive) -> None:
        if archive.readers == 0 and archive not in self._kept.values():
            archive.close()


def _parts(name: str) -> tuple[str, ...] | None:
    """None for a name that could mean a place outside of the archive, or that nobody can show."""
    parts = tuple(name.split("/"))
    bad = (
        "\\" in name
        or "\x00" in name
        or ":" in parts[0]
        or len(name.encode("utf-8", "replace")) > LONGEST_NAME
    )
    return None if bad or any(part in {"", ".", ".."} for part in parts) else parts


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _refuse_endless(file: BinaryIO) -> None:
    """By what it says of itself, before anybody makes a list of it. Raises BadArchive, BadZipFile."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read(_LONGEST_END)
    at = tail.rfind(_END)
    if at < 0:
        raise zipfile.BadZipFile("it has no end record")
    count, length = struct.unpack_from("<HL", tail, at + 10)
    if at >= 20 and tail[at - 20 : at - 16] == _LOCATOR_64:
        file.seek(struct.unpack_from("<Q", tail, at - 12)[0])
        count, length = struct.unpack_from("<QQ", file.read(56), 32)
    if count > MOST_ENTRIES or length > LONGEST_DIRECTORY:
        raise BadArchive(f"it has {count:,} entries, and {MOST_ENTRIES:,} are the most: split it")
