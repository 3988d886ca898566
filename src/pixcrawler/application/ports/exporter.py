"""Writing a dataset version in one format."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from pixcrawler.application.ports.target import Target
from pixcrawler.domain.datasets.changes import Changes
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan

SHARD_SIZE = 512 * 1024 * 1024
"""Bytes of pictures in a shard, about; what the makers of WebDataset and Parquet readers advise."""
SMALLEST_SHARD = 1024 * 1024
LARGEST_SHARD = 64 * 1024**3
"""Bytes; what may be asked for."""


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to write it. ``name`` titles the card; ``splits`` is seeded and stratified; ``shard_size`` is about
    how many bytes of pictures a shard holds, in formats that have shards."""

    name: str
    splits: SplitPlan
    conversion: Conversion | None = None
    shard_size: int = SHARD_SIZE


class ExportSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was written and counted again from what was written: images per split and class, bytes in all."""

    images: int
    bytes: int
    counts: dict[str, dict[str, int]]


class Pictures(Protocol):
    """The pictures of an export as they go into it: as they are stored, or converted."""

    @property
    def converted(self) -> bool:
        """False: each file is its stored object, so ``Target.place`` may take it."""
        ...

    @property
    def changes(self) -> Changes:
        """Of what was read so far: what conversion made of each. A layout with these tells of the files as
        they are; the texts of an export are written after its pictures."""
        ...

    def read(self, images: Iterable[Placed]) -> AsyncIterator[Sequence[tuple[Placed, bytes]]]:
        """Batches of some MB, in order, read ahead of the one in hand. The rows tell of the bytes as they are
        handed out.

        Raises:
            ExportMismatch: an object is gone from the store; the sentence names the image.
            CannotConvert: a picture cannot take the conversion; the sentence names the image and says why.
        """
        ...

    async def lost(self, images: Sequence[Placed]) -> ExportMismatch:
        """The error to raise when ``Target.place`` missed the object of one of these; it names them."""
        ...


class Exporter(Protocol):
    """One export format."""

    @property
    def id(self) -> str: ...

    @property
    def sharded(self) -> bool:
        """Many pictures stand in one file; ``ExportOptions.shard_size`` says about how many."""
        ...

    @property
    def hub(self) -> bool:
        """Its card says how Hugging Face ``datasets`` opens it: ``load_dataset`` needs its folder only."""
        ...

    def layout(self, manifest: Manifest, splits: SplitPlan) -> Layout | None:
        """Which file each picture is (``Placed.path``), before any conversion; None where none is a file of
        its own."""
        ...

    async def write(
        self,
        manifest: Manifest,
        options: ExportOptions,
        pictures: Pictures,
        target: Target,
        *,
        progress: Callable[[int, int], None],
    ) -> ExportSummary:
        """Give the target its files and finish it, then count what can be read back from it.

        The same manifest, options and pictures give the same files in the same order. ``progress`` is told
        (done, all) images now and then.

        Raises:
            ExportMismatch: what was written is not what the manifest says.
            CannotConvert: a picture cannot take the conversion, or the format cannot hold it.
            StorageFull: there is no room.
        """
        ...
