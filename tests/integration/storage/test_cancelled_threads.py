"""What is cancelled while a thread works for it: nothing follows before that is done, nothing is left."""

import asyncio
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.application.ports.target import StoredFile


class Gated(Sequence[StoredFile]):
    """Whoever goes through them, in a thread, waits for the gate."""

    def __init__(self, *files: StoredFile) -> None:
        self._files = files
        self.begun, self.gate = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[StoredFile]:
        self.begun.set()
        self.gate.wait()
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, which: int) -> StoredFile:  # type: ignore[override]
        return self._files[which]


def opened() -> int:
    """Files that this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def settled() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


async def test_nothing_is_made_in_the_folder_of_an_export_that_was_cancelled(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("k", b"one")
    out, files = tmp_path / "out", Gated(StoredFile("deep/in/it.jpg", "k", 3))

    async def export() -> None:
        async with LocalWorkspace([out]).building(out) as part:
            await FolderTarget(part, store).place(files)

    exporting = asyncio.create_task(export())
    await asyncio.to_thread(files.begun.wait)
    exporting.cancel()
    await settled()
    exporting.cancel()
    await settled()
    assert not exporting.done()
    files.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await exporting
    assert list(out.iterdir()) == []


async def test_no_file_stays_open_that_was_opened_for_nobody(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("k", b"one")
    os.close(await store.open_for_reading("k"))
    before = opened()
    for turns in range(150):
        opening = asyncio.create_task(store.open_for_reading("k"))
        for _ in range(turns % 15):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait({opening})
        if not opening.cancelled():
            os.close(opening.result())
    assert opened() == before
