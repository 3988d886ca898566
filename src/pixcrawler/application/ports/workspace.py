"""Local folders that results are written to."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol


class Part(Protocol):
    """A folder that is being filled, invisible until it is moved into place."""

    @property
    def path(self) -> Path: ...

    def progress(self, done: int, total: int) -> None: ...

    async def move_into_place(self) -> None:
        """Put everything where it belongs, the checksums last: their presence says that all is there."""
        ...


class Workspace(Protocol):
    def building(self, folder: Path) -> AbstractAsyncContextManager[Part]:
        """A part of this folder; removed again unless it was moved into place.

        Raises:
            Forbidden: this process may not write there (only ``pixcrawler crawl`` allows a folder).
            StorageFull, Unavailable: the disk does not have it.
        """
        ...
