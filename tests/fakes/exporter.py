"""An exporter of one small file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.domain.datasets.manifest import Manifest


class ListExporter:
    """Writes the ids of the images into ``list.txt``; ``error`` is raised instead, after writing.

    While ``asleep`` is set to an event, it stands still after writing until that comes.
    """

    id = "list"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.begun = asyncio.Event()
        self.asleep: asyncio.Event | None = None
        self.options: list[ExportOptions] = []
        self.manifests: list[Manifest] = []

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        into: Path,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        self.options.append(options)
        self.manifests.append(manifest)
        (into / "list.txt").write_text("".join(f"{row.id}\n" for row in manifest.rows))
        progress(len(manifest.rows), len(manifest.rows))
        self.begun.set()
        if self.asleep is not None:
            await self.asleep.wait()
        if self.error is not None:
            raise self.error
        return ExportSummary(
            images=len(manifest.rows), bytes=17, counts={"train": {"cat": len(manifest.rows)}}
        )
