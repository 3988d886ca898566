"""The imagefolder format: ``<split>/<class>/<file>``, with metadata beside it.

Hugging Face ``datasets``, torchvision, Ultralytics and FiftyOne read it; which traps of theirs it walks
round is told in docs/reference/dataset-folder.md.
"""

import asyncio
import errno
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from pixcrawler.adapters.exporters.recount import recount
from pixcrawler.adapters.exporters.texts import Written, write_texts
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Layout, Placed, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

_AT_ONCE = 128
"""Images between two reports of progress."""


class ImagefolderExporter:
    """Writes image files as hard links where the store can. Rows go by a few times; what is held of each is
    some hundred bytes."""

    id = "imagefolder"

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        into: Path,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        layout = await asyncio.to_thread(lay_out, manifest, options.splits)
        await asyncio.to_thread(_make_folders, layout, into)
        await self._place(layout, into, progress)
        written = await asyncio.to_thread(_write_texts, manifest, options, layout, into)
        size = await asyncio.to_thread(recount, written.inventory, written.sizes, into)
        return ExportSummary(images=written.stats.images, bytes=size, counts=written.stats.splits)

    async def _place(self, layout: Layout, into: Path, progress: Callable[[int, int], None]) -> None:
        progress(0, len(layout))
        images = iter(layout)
        done = 0
        while batch := list(islice(images, _AT_ONCE)):
            try:
                await self._store.place(*((image.row.key, into / image.path) for image in batch))
            except ObjectMissing as error:
                raise ExportMismatch(await self._lost(batch)) from error
            done += len(batch)
            progress(done, len(layout))

    async def _lost(self, batch: Sequence[Placed]) -> str:
        lost = [image.path for image in batch if not await self._store.exists(image.row.key)]
        return f"{', '.join(lost[:3]) or 'A file'} of the dataset is no longer in the store; put it back."


def _make_folders(layout: Layout, into: Path) -> None:
    with _told_plainly(into):
        for folder in sorted({f"{image.split}/{image.folder}" for image in layout}):
            (into / folder).mkdir(parents=True, exist_ok=True)


def _write_texts(manifest: Manifest, options: ExportOptions, layout: Layout, into: Path) -> Written:
    with _told_plainly(into):
        return write_texts(manifest, options, layout, into)


@contextmanager
def _told_plainly(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk that holds {into} is full; make room and try again.") from error
        raise Unavailable(f"The dataset cannot be written into {into}: {error.strerror}.") from error
