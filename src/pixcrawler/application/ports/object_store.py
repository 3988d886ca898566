"""Bytes by key."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from pixcrawler.domain.shared.errors import NotFound


class ObjectMissing(NotFound):
    """Nothing is stored under the key."""

    code = "OBJECT_MISSING"


class Listed(NamedTuple):
    """An object as a listing tells of it: ``age`` in seconds, ``size`` in bytes."""

    key: str
    age: float
    size: int


class Body(Protocol):
    """A file on its way into the store: written piece by piece, not visible under any key yet.

    It is private to its writer. One that is neither kept nor discarded goes when nobody holds it any more;
    what a process leaves that is killed is swept away later.
    """

    def write(self, data: bytes) -> None:
        """Append. Raises StorageFull when the disk has no room."""
        ...

    def open_for_reading(self) -> int:
        """A new read-only descriptor of what was written, at offset 0; the caller closes it."""
        ...

    def discard(self) -> None:
        """Drop it. Harmless when it is gone or kept already."""
        ...


class ObjectWriter(Protocol):
    """A large object on its way in, under a key that is known. Blocks: used in a thread, by one at a time.

    Nothing is visible under the key before ``keep``, and nothing is left behind after ``discard``. All raise
    StorageFull and Unavailable.
    """

    def write(self, data: bytes | memoryview) -> int:
        """Append all of it; its length in bytes."""
        ...

    def keep(self, head: bytes = b"") -> None:
        """Make it visible, whole: ``head``, then what was written. Raises ValueError, and changes nothing,
        when ``head`` has another length than was told; Unavailable when it is not certain that it is visible,
        and ``discard`` is still due."""
        ...

    def discard(self) -> None:
        """Drop it. Harmless after ``keep``, which it does not undo."""
        ...


class Pieces(AsyncIterable[bytes], Protocol):
    """An object on its way out. A reader that stops before the end closes it."""

    async def aclose(self) -> None:
        """Harmless at any time."""
        ...


class ObjectStore(Protocol):
    """Bytes by key. A key is written whole or not at all; writing it again is harmless.

    Keys are relative, of the characters ``A-Z a-z 0-9 . _ - /``, and never leave the store. All methods
    raise StorageFull when there is no room, and Unavailable when the store does not answer.
    """

    def receive(self) -> Body:
        """A new, empty body."""
        ...

    async def keep(self, body: Body, key: str) -> None:
        """Make what was received visible under the key."""
        ...

    async def put(self, key: str, data: bytes) -> None: ...

    async def get(self, key: str) -> bytes:
        """Raise ObjectMissing when nothing is stored under the key."""
        ...

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        """Whole objects in this order, several at once where that is faster. Raise ObjectMissing."""
        ...

    async def get_range(self, key: str, start: int, length: int) -> bytes:
        """At most ``length`` bytes from offset ``start``; empty behind the end. Raise ObjectMissing."""
        ...

    async def stream(self, key: str, start: int = 0, length: int | None = None) -> Pieces:
        """``length`` bytes from offset ``start`` (all that follow, when None), in pieces of moderate size.

        It is the object as it was when this returned, also when the key is deleted meanwhile. Raise
        ObjectMissing before the first piece, or not at all.
        """
        ...

    async def open_for_reading(self, key: str) -> int:
        """A read-only descriptor at offset 0; the caller closes it. Raise ObjectMissing."""
        ...

    def reader(self, key: str) -> BinaryIO:
        """The object as a seekable, read-only file that fetches what is asked for. It blocks, and so does
        this: used in a thread. The caller closes it. Raise ObjectMissing."""
        ...

    def writer(self, key: str, *, head: int = 0) -> ObjectWriter:
        """For what is too large to be held. Nothing happens before the first ``write``. The first ``head``
        bytes of the object are not written: they are known last, and given to ``keep``."""
        ...

    async def link(self, key: str, *, seconds: int, filename: str) -> str | None:
        """A signed address at which whoever has it gets the object as a download of that name, for so many
        seconds; None where the store has no such, and the API serves the object itself."""
        ...

    async def place(self, *wanted: tuple[str, str | Path]) -> None:
        """Make the object of each key appear as that local file: a hard link where possible, else a copy.

        The folders exist; a file that is there is replaced. Raise ObjectMissing.
        """
        ...

    async def exists(self, key: str) -> bool: ...

    async def size(self, key: str) -> int:
        """Bytes of the object. Raise ObjectMissing."""
        ...

    async def delete(self, key: str) -> None:
        """Harmless when nothing is there."""
        ...

    def keys(self, prefix: str) -> AsyncIterator[Listed]:
        """What there is under keys that start with the prefix, however much: a page at a time is in memory.
        What comes or goes meanwhile may be listed or not."""
        ...

    async def check(self) -> None:
        """Whether it takes and gives bytes, by the cheapest question that tells. Raises Unavailable."""
        ...

    async def sweep(self, older_than: float) -> int:
        """Drop bodies that were neither kept nor discarded, older than this many seconds; how many."""
        ...
