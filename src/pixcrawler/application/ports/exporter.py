"""Writing a dataset version in one format."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to write it. ``name`` titles the card and the folder; ``splits`` is seeded and stratified."""

    name: str
    splits: SplitPlan


class ExportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written and counted again from disk: images per split and class, bytes in all."""

    images: int
    bytes: int
    counts: dict[str, dict[str, int]]


class Exporter(Protocol):
    """One export format."""

    @property
    def id(self) -> str: ...

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        into: Path,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        """Write into an existing, empty folder, then re-open what was written and count it.

        The same manifest and options give the same bytes. ``progress`` is told (done, all) images now
        and then.

        Raises:
            ExportMismatch: what stands on disk is not what the manifest says.
            StorageFull: the disk has no room; what was written so far is the caller's to remove.
        """
        ...
