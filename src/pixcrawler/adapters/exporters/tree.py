"""Formats in which each picture is a file of its own."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from pixcrawler.adapters.exporters.conclude import conclude
from pixcrawler.adapters.exporters.form import Form
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary, Pictures
from pixcrawler.application.ports.object_store import ObjectMissing
from pixcrawler.application.ports.target import StoredFile, Target
from pixcrawler.domain.datasets.layout import Layout, Placed, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan

AT_ONCE = 128
"""Pictures that are placed between two reports of progress."""

Progress = Callable[[int, int], None]


class TreeExporter:
    """Gives the target every picture under its name, in the manifest's order, and then the texts.

    Pictures that are not converted are placed as they are stored, and their digests not computed again.
    """

    def __init__(self, form: type[Form]) -> None:
        self._form = form

    @property
    def id(self) -> str:
        return self._form.id

    @property
    def sharded(self) -> bool:
        return False

    @property
    def hub(self) -> bool:
        return self._form.front_matter is not Form.front_matter

    def layout(self, manifest: Manifest, splits: SplitPlan) -> Layout:
        return lay_out(manifest, splits, self._form.folders)

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        pictures: Pictures,
        target: Target,
        *,
        progress: Progress,
    ) -> ExportSummary:
        form = self._form()
        layout = await asyncio.to_thread(lay_out, manifest, options.splits, form.folders)
        await asyncio.to_thread(form.begin, manifest, options, layout)
        count = len(layout)
        progress(0, count)
        if not pictures.converted:
            await _place(layout, form, pictures, target, lambda done: progress(done, count))
        else:
            await _add(layout, form, pictures, target, lambda done: progress(done, count))
            layout = layout.changed(pictures.changes)
        if self._form.beside is not Form.beside:
            await _accompany(layout, form, target)
        return await conclude(manifest, options, layout, form, target)


async def _place(
    layout: Iterable[Placed], form: Form, pictures: Pictures, target: Target, told: Callable[[int], None]
) -> None:
    images, done = iter(layout), 0
    while batch := list(islice(images, AT_ONCE)):
        try:
            await target.place(
                [StoredFile(form.file(image), image.row.key, image.row.bytes) for image in batch]
            )
        except ObjectMissing as error:
            raise await pictures.lost(batch) from error
        done += len(batch)
        told(done)


async def _add(
    layout: Iterable[Placed], form: Form, pictures: Pictures, target: Target, told: Callable[[int], None]
) -> None:
    done = 0
    async for batch in pictures.read(layout):
        for image, data in batch:
            await target.add(form.file(image), data)
        done += len(batch)
        told(done)


async def _accompany(layout: Iterable[Placed], form: Form, target: Target) -> None:
    files = (file for image in layout for file in form.beside(image))
    while batch := await asyncio.to_thread(lambda: list(islice(files, AT_ONCE))):
        for name, data in batch:
            await target.add(name, data)
