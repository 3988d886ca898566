"""Where the files of an export go: a folder, or one archive."""

from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId

Block = Callable[[], Sequence[bytes]]
"""Makes some MB of a file, in pieces that follow each other; called once, when all before it are written."""


class StoredFile(NamedTuple):
    """An object of the store that becomes a file as it is. ``name`` is relative, with ``/``."""

    name: str
    key: str
    size: int


class Reading(Protocol):
    """What was written, looked at afresh. Blocks: used in a thread, by one at a time."""

    def files(self) -> Iterator[tuple[str, int]]:
        """(name, size in bytes) of every file, once, in the order in which they stand there."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A file's content from its start, read-only; the caller closes it. It need not be seekable.

        Raises KeyError for a name that is not there.
        """
        ...


class Target(Protocol):
    """Takes files one after another; each name once. The same files in the same order give the same bytes.

    All raise StorageFull when there is no room, and Unavailable when disk or store do not answer.
    """

    @property
    def scratch(self) -> Path:
        """A folder for what has to be made on disk first; it goes when the target is left."""
        ...

    async def place(self, files: Sequence[StoredFile]) -> None:
        """In a folder hard links where the disk can, in an archive a copy. Raises ObjectMissing."""
        ...

    async def add(self, name: str, data: bytes) -> None: ...

    async def take(self, name: str, path: Path) -> None:
        """A file in ``scratch``, which is gone from there afterwards."""
        ...

    async def stream(self, name: str, size: Callable[[], int], blocks: AsyncIterable[Block]) -> int:
        """A file, and how many bytes it has. Each block is made in the thread that writes it, while the next
        one comes. ``size`` is asked, in a thread, by who must know before how many bytes will come; it must
        be right then."""
        ...

    async def finish(self) -> Reading:
        """Nothing more is added; look at what there is."""
        ...


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What is there for others now. ``key`` and ``digest`` (SHA-256, hex, of the whole) are those of an
    archive in the store, None of a folder and of an archive in a folder. ``bytes`` is the archive's size, or
    that of all files."""

    bytes: int
    key: str | None = None
    digest: str | None = None


class OpenTarget(Target, Protocol):
    """A target as its owner has it."""

    def progress(self, done: int, total: int) -> None:
        """Told where whoever waits can read it, as far as there is such a place."""
        ...

    async def publish(self, *, unless_lost: Callable[[], Awaitable[None]]) -> Published:
        """After ``finish``: show it to others, whole. ``unless_lost`` is awaited before anything of others is
        replaced; what it raises leaves everything as it was."""
        ...


class Targets(Protocol):
    def opened(
        self, export: ExportId, plan: ExportPlan, *, owner: UserId, name: str
    ) -> AbstractAsyncContextManager[OpenTarget]:
        """A target of the caller's own, as the plan says: in its folder, or an archive in the store. What was
        not published is removed when it is left. ``name`` is that of the folder in which an archive has its
        files, and of an archive's file in a folder.

        Raises:
            Forbidden: this process may not write to the plan's folder (only ``pixcrawler crawl`` allows one).
            StorageFull, Unavailable: there is no place for it.
        """
        ...
