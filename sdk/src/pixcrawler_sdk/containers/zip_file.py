"""A dataset in a zip."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, cast

from pixcrawler_sdk.containers.base import PIECE, Broken, Kind, Member
from pixcrawler_sdk.limits import Limits

END = b"PK\x05\x06"
LOCATOR = b"PK\x06\x07"
END_64_AT, END_64_SIZE = 20, 56
RECORD = b"PK\x01\x02"
LARGEST_DIRECTORY = 256 << 20
"""Bytes; zipfile reads it in one go. A million names of ours are a third of that."""
LONGEST_END = 22 + 65_535
UNIX = 3
UTF_8 = 0x800
"""The flag of a record whose name is UTF-8; without it zipfile takes names for code page 437."""


class Zip:
    """Read by its central directory, which is counted before it is read into memory."""

    kind = "zip"
    rewinds = False

    def __init__(self, path: Path, limits: Limits) -> None:
        self.size = path.stat().st_size
        self._file = path.open("rb")
        try:
            self._hold_to(limits)
            self._zip = zipfile.ZipFile(self._file)
            self._hold_to_its_beginning()
        except zipfile.BadZipFile as error:
            self._file.close()
            raise Broken(f"the zip is cut off or damaged ({error})") from error
        except BaseException:
            self._file.close()
            raise

    def members(self) -> Iterator[Member]:
        for info in self._zip.infolist():
            yield Member(
                _name(info).removesuffix("/"), _kind(info), info.file_size, partial(self._open, info)
            )

    def open(self, name: str) -> BinaryIO:
        try:
            return self._open(self._zip.getinfo(name))
        except KeyError:
            return self._open(self._zip.getinfo(name.encode().decode("cp437")))

    def position(self, read: int) -> int:
        return int(self.size * min(1.0, read / max(1, self._unfolded)))

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    @cached_property
    def _unfolded(self) -> int:
        return sum(info.file_size for info in self._zip.infolist())

    def _open(self, info: zipfile.ZipInfo) -> BinaryIO:
        return cast("BinaryIO", self._zip.open(info))

    def _hold_to(self, limits: Limits) -> None:
        """Raise Broken for a directory of too many records, before they become objects."""
        start, end = self._directory()
        if end - start > LARGEST_DIRECTORY:
            raise Broken(f"its directory has {end - start:,} bytes")
        self._file.seek(start)
        count, tail = 0, b""
        while start < end and (piece := self._file.read(min(PIECE, end - start))):
            start += len(piece)
            count += (tail + piece).count(RECORD)
            tail = piece[-(len(RECORD) - 1) :]
            if count > limits.files:
                raise Broken(f"it has more than {limits.files:,} files")

    def _hold_to_its_beginning(self) -> None:
        """Whoever reads from the front would find something else than whoever reads the directory."""
        if before := min((info.header_offset for info in self._zip.infolist()), default=0):
            raise Broken(f"the zip is damaged: {before:,} bytes stand before its beginning")

    def _directory(self) -> tuple[int, int]:
        """Where the central directory lies at most: from its start, as far as that is told, to its end."""
        before = max(0, self.size - LONGEST_END - END_64_AT)
        self._file.seek(before)
        last = self._file.read()
        at = last.rfind(END)
        if at < 0 or at + 22 > len(last):
            raise Broken("the zip is cut off: its directory, which stands at the end, is missing")
        end = before + at
        behind = self.size - end - 22 - struct.unpack_from("<H", last, at + 20)[0]
        if behind:
            told = f"{behind:,} bytes stand behind its end" if behind > 0 else "its comment is cut off"
            raise Broken(f"the zip is damaged: {told}")
        lengths = [struct.unpack_from("<I", last, at + 12)[0]]
        if at >= END_64_AT and last[at - END_64_AT :].startswith(LOCATOR):
            # Which record counts, the one that is pointed at or the one before, depends on Python.
            (pointed,) = struct.unpack_from("<Q", last, at - END_64_AT + 8)
            lengths += [self._length_in(pointed), self._length_in(end - END_64_AT - END_64_SIZE)]
        return max(0, end - max(lengths) - END_64_SIZE - END_64_AT), end

    def _length_in(self, at: int) -> int:
        """Of the directory, as the Zip64 record at this place says it."""
        self._file.seek(max(0, min(at, self.size)))
        record = self._file.read(END_64_SIZE)
        return int(struct.unpack_from("<Q", record, 40)[0]) if len(record) == END_64_SIZE else 0


def _name(info: zipfile.ZipInfo) -> str:
    """As it was meant: tools that pack a folder again often write UTF-8 and do not say so."""
    name = info.orig_filename  # the other one ends at a NUL
    if info.flag_bits & UTF_8:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def _kind(info: zipfile.ZipInfo) -> Kind:
    if info.orig_filename.endswith("/"):
        return Kind.FOLDER
    mode = info.external_attr >> 16
    if info.create_system == UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Kind.OTHER
    return Kind.FILE
