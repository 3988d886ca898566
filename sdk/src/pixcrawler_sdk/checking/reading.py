"""Reading every file of a container once: its size, its SHA-256, and what it is made of."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO, BinaryIO, cast

from pixcrawler_sdk.checking.inventory import BESIDE, DESCRIBING, PARTS, Found, Inventory, is_picture
from pixcrawler_sdk.checking.report import Code, Problems
from pixcrawler_sdk.containers import PIECE, Broken, Container, Forward, Kind, Member, tar_members, told
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.names import folded, what_is_wrong_with

IN_MEMORY = 8 << 20
"""Bytes of a text that are kept in memory; more goes to a file without a name."""


class Bomb(Exception):
    """It unfolds to too much."""


class Reader:
    """Goes through a container and fills an inventory. Texts that are needed later are kept where the
    container cannot give them again without unpacking all once more."""

    def __init__(
        self,
        container: Container,
        limits: Limits,
        problems: Problems,
        progress: Callable[[int, int], None],
    ) -> None:
        self.inventory = Inventory()
        self.read = 0
        self._container, self._limits, self._problems = container, limits, problems
        self._progress = progress
        self._kept: dict[str, IO[bytes]] = {}
        self._stack = ExitStack()
        self._folded: set[str] = set()
        self._most = (
            None if container.kind == "folder" else max(limits.unfolded, limits.ratio * container.size)
        )

    def go_through(self) -> bool:
        """Whether all of it could be read, to its end."""
        try:
            for count, member in enumerate(self._container.members(), 1):
                if count > self._limits.files:
                    self._problems.add(
                        Code.TOO_MANY_FILES, "", f"it has more than {self._limits.files:,} files"
                    )
                    return False
                self._look_at(member)
        except Bomb as error:
            self._problems.add(Code.BOMB, "", str(error))
        except Exception as error:  # noqa: BLE001 - a hostile archive may make its library raise anything
            code = Code.UNREADABLE if self._container.kind == "folder" else Code.BROKEN_ARCHIVE
            self._problems.add(code, "", told(error))
        else:
            return True
        return False

    def could_read(self, name: str) -> bool:
        """False for a file whose content could not be read, which was told."""
        found = self.inventory.get(name)
        return found is None or bool(found.digest)

    def open(self, name: str) -> BinaryIO:
        """A file that describes the dataset, by its name relative to the root. Raises KeyError."""
        full = self.inventory.root + name
        if full in self._kept:
            self._kept[full].seek(0)
            return cast("BinaryIO", _Lent(self._kept[full]))
        return self._container.open(full)

    def close(self) -> None:
        self._stack.close()

    def _look_at(self, member: Member) -> None:
        if wrong := what_is_wrong_with(member.name):
            self._problems.add(Code.UNSAFE_NAME, member.name, wrong)
        elif member.kind is Kind.OTHER:
            self._problems.add(
                Code.NOT_A_FILE, member.name, "it is a link, a device or the like, and no file"
            )
        elif member.kind is Kind.FILE and not self._stands_beside(member):
            self._read_file(member)

    def _stands_beside(self, member: Member) -> bool:
        name = member.name
        return self._container.kind == "folder" and (name in BESIDE or name.startswith(PARTS))

    def _read_file(self, member: Member) -> None:
        if folded(member.name) in self._folded:
            twins = "there are two files of this name, or names that differ only in letter case or spelling"
            self._problems.add(Code.DUPLICATE_NAME, member.name, twins)
            return
        self._folded.add(folded(member.name))
        self.inventory.files[member.name] = Found(0, b"")
        try:
            with member.open() as content:
                self.inventory.files[member.name] = self._found(member, content)
        except Bomb:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            self._problems.add(Code.UNREADABLE, member.name, told(error))

    def _found(self, member: Member, content: BinaryIO) -> Found:
        hashing = _Hashing(content, self._counted, self._keeper(member.name))
        if member.name.endswith(".tar"):
            self._read_shard(member.name, hashing)
        while hashing.read(PIECE):
            pass
        return hashing.found()

    def _read_shard(self, name: str, hashing: "_Hashing") -> None:
        try:
            for member in tar_members(Forward(hashing)):
                if wrong := what_is_wrong_with(member.name):
                    self._problems.add(Code.UNSAFE_NAME, f"{name}/{member.name}", wrong)
                elif member.kind is not Kind.FILE:
                    self._problems.add(
                        Code.NOT_A_FILE, f"{name}/{member.name}", "a shard has nothing but files"
                    )
                elif is_picture(member.name):
                    self._read_sample(f"{name}/{member.name}", member)
        except Broken as error:
            self._problems.add(Code.UNREADABLE, name, str(error))

    def _read_sample(self, name: str, member: Member) -> None:
        if name in self.inventory.samples:
            self._problems.add(Code.DUPLICATE_NAME, name, "there are two samples of this key in the shard")
        elif len(self.inventory.samples) >= self._limits.files:
            raise Bomb(f"its shards have more than {self._limits.files:,} pictures")
        else:
            with member.open() as content:
                hashing = _Hashing(content, lambda _: None, None)
                while hashing.read(PIECE):
                    pass
                self.inventory.samples[name] = hashing.found()

    def _keeper(self, name: str) -> IO[bytes] | None:
        if not self._container.rewinds or name.rpartition("/")[2] not in DESCRIBING or name.count("/") > 1:
            return None
        kept = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the reader
        self._kept[name] = self._stack.enter_context(kept)
        return self._kept[name]

    def _counted(self, size: int) -> None:
        self.read += size
        if self._most is not None and self.read > self._most:
            raise Bomb(f"{self._container.size:,} bytes unfold to more than {self._most:,}")
        self._progress(self._container.position(self.read), self._container.size)


class _Hashing:
    """A stream whose bytes are summed up, counted and perhaps kept as they go by."""

    def __init__(self, stream: BinaryIO, counted: Callable[[int], None], keeper: IO[bytes] | None) -> None:
        self._stream, self._counted, self._keeper = stream, counted, keeper
        self._summed, self._size = hashlib.sha256(), 0

    def read(self, size: int, /) -> bytes:
        piece = self._stream.read(size)
        self._summed.update(piece)
        self._size += len(piece)
        if self._keeper is not None:
            self._keeper.write(piece)
        self._counted(len(piece))
        return piece

    def found(self) -> Found:
        return Found(self._size, self._summed.digest())


class _Lent:
    """A kept text as an open file; closing it leaves it where it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.readline = file.read, file.readline

    def __enter__(self) -> "_Lent":
        return self

    def __exit__(self, *_: object) -> None: ...

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")
