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
END_64 = struct.Struct("<4sIQI")
END_64_AT = 20
RECORD = b"PK\x01\x02"
LONGEST_END = 22 + 65_535
UNIX = 3
LARGEST = 0xFFFFFFFF


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
        except zipfile.BadZipFile as error:
            self._file.close()
            raise Broken(f"the zip is cut off or damaged ({error})") from error
        except BaseException:
            self._file.close()
            raise

    def members(self) -> Iterator[Member]:
        for info in self._zip.infolist():
            name = info.orig_filename  # the other one ends at a NUL
            yield Member(name.removesuffix("/"), _kind(info), info.file_size, partial(self._open, info))

    def open(self, name: str) -> BinaryIO:
        return self._open(self._zip.getinfo(name))

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
        self._file.seek(start)
        count, tail = 0, b""
        while start < end and (piece := self._file.read(min(PIECE, end - start))):
            start += len(piece)
            count += (tail + piece).count(RECORD)
            tail = piece[-(len(RECORD) - 1) :]
            if count > limits.files:
                raise Broken(f"it has more than {limits.files:,} files")

    def _directory(self) -> tuple[int, int]:
        """Where the central directory lies at most: from its start, as far as that is told, to its end."""
        before = max(0, self.size - LONGEST_END - END_64_AT)
        self._file.seek(before)
        last = self._file.read()
        at = last.rfind(END)
        if at < 0 or at + 22 > len(last):
            raise Broken("the zip is cut off: its directory, which stands at the end, is missing")
        length = struct.unpack_from("<I", last, at + 12)[0]
        end = before + at
        if length == LARGEST and at >= END_64_AT:
            (end_64,) = struct.unpack_from("<Q", last, at - END_64_AT + 8)
            self._file.seek(min(end_64, self.size))
            record = self._file.read(56)
            length = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else end
        return max(0, end - length - 56 - END_64_AT), end


def _kind(info: zipfile.ZipInfo) -> Kind:
    if info.orig_filename.endswith("/"):
        return Kind.FOLDER
    mode = info.external_attr >> 16
    if info.create_system == UNIX and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Kind.OTHER
    return Kind.FILE
