"""Local folders that results are written to."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol


class Part(Protocol):
    """A folder that is being filled, invisible until it is moved into place."""

    @property
    def path(self) -> Path: ...

    @property
    def scratch(self) -> Path:
        """A folder on the same disk, never moved into place."""
        ...

    def progress(self, done: int, total: int) -> None: ...

    async def move_into_place(self, *, unless_lost: Callable[[], Awaitable[None]]) -> None:
        """Put everything where it belongs, the checksums last: their presence says that all is there. What
        the checksums that were there before name is gone.

        ``unless_lost`` is awaited while nobody else can move anything into the folder; what it raises
        leaves the folder as it is. So a worker that stood still and lost its task overwrites nothing.
        Raises Unavailable when somebody else does not get done with moving.
        """
        ...


class Workspace(Protocol):
    def building(self, folder: Path) -> AbstractAsyncContextManager[Part]:
        """A part of this folder of the caller's own; what it has not moved into place is removed.

        What processes that are gone have left there is removed, too.

        Raises:
            Forbidden: this process may not write there (only ``pixcrawler crawl`` allows a folder).
            StorageFull, Unavailable: the disk does not have it.
        """
        ...
