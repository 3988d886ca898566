"""A dataset as files in a folder."""

import os
import stat
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

from pixcrawler_sdk.containers.base import Broken, Kind, Member


class Folder:
    """Follows no link below the folder itself, and opens nothing but plain files."""

    kind = "folder"
    rewinds = False

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def size(self) -> int:
        return sum(member.size for member in self.members())

    def members(self) -> Iterator[Member]:
        """By name within each folder, so that two looks tell the same."""
        folders = [""]
        while folders:
            inside = folders.pop()
            with os.scandir(self._path / inside) as found:
                entries = sorted(found, key=lambda entry: entry.name)
            for entry in entries:
                name = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{name}/")
                else:
                    status = entry.stat(follow_symlinks=False)
                    kind = Kind.FILE if stat.S_ISREG(status.st_mode) else Kind.OTHER
                    yield Member(name, kind, status.st_size, partial(self._opened, name))

    def open(self, name: str) -> BinaryIO:
        if not (self._path / name).parent.resolve().is_relative_to(self._path.resolve()):
            raise Broken("it is behind a link that leads out of the folder")
        return self._opened(name)

    def _opened(self, name: str) -> BinaryIO:
        # A link or a pipe may have been put there since it was seen: neither is followed nor waited for.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(self._path / name, flags)
        except FileNotFoundError:
            raise KeyError(name) from None
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise KeyError(name)
        raise Broken("it is not a file")

    def position(self, read: int) -> int:
        return read

    def close(self) -> None:
        """Nothing is held open."""
