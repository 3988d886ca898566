"""An exporter of one small file."""

import asyncio
from collections.abc import Callable

from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary, Pictures
from pixcrawler.application.ports.target import Target
from pixcrawler.domain.datasets.layout import Layout, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan


class ListExporter:
    """Writes the ids of the images into ``list.txt``; ``error`` is raised instead, after writing.

    While ``asleep`` is set to an event, it stands still after writing until that comes.
    """

    id = "list"
    sharded = False
    hub = True
    tree = True

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.begun = asyncio.Event()
        self.asleep: asyncio.Event | None = None
        self.options: list[ExportOptions] = []
        self.manifests: list[Manifest] = []
        self.pictures: list[Pictures] = []

    def layout(self, manifest: Manifest, splits: SplitPlan) -> Layout | None:
        return lay_out(manifest, splits) if self.tree else None

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        pictures: Pictures,
        target: Target,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        self.options.append(options)
        self.manifests.append(manifest)
        self.pictures.append(pictures)
        count = len(manifest.rows)
        await target.add("list.txt", "".join(f"{row.id}\n" for row in manifest.rows).encode())
        progress(count, count)
        self.begun.set()
        if self.asleep is not None:
            await self.asleep.wait()
        if self.error is not None:
            raise self.error
        await target.finish()
        return ExportSummary(images=count, bytes=17, counts={"train": {"cat": count}})
