"""The imagefolder format: ``<split>/<class>/<file>``, with metadata beside it.

Hugging Face ``datasets``, torchvision, Ultralytics and FiftyOne read it; which traps of theirs it walks
round is told in docs/reference/dataset-folder.md.
"""

import asyncio
import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pixcrawler.adapters.exporters.card import card
from pixcrawler.adapters.exporters.licences import attribution_csv, licence_summary
from pixcrawler.adapters.exporters.records import (
    all_measured,
    manifest_lines,
    metadata_lines,
    tombstone_lines,
)
from pixcrawler.adapters.exporters.recount import recount
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Placed, lay_out
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SPLITS
from pixcrawler.domain.datasets.statistics import statistics_of
from pixcrawler.domain.shared.errors import StorageFull, Unavailable

_AT_ONCE = 128
"""Images between two reports of progress."""


class ImagefolderExporter:
    """Writes image files as hard links where the store can."""

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
        placed = await asyncio.to_thread(lay_out, manifest, options.splits)
        await asyncio.to_thread(_make_folders, placed, into)
        await self._place(placed, into, progress)
        sizes = await asyncio.to_thread(_write_texts, manifest, options, placed, into)
        return await asyncio.to_thread(recount, placed, sizes, into)

    async def _place(
        self, placed: Sequence[Placed], into: Path, progress: Callable[[int, int], None]
    ) -> None:
        progress(0, len(placed))
        for start in range(0, len(placed), _AT_ONCE):
            batch = placed[start : start + _AT_ONCE]
            try:
                await self._store.place(*((image.row.key, into / image.path) for image in batch))
            except ObjectMissing as error:
                raise ExportMismatch(await self._lost(batch)) from error
            progress(start + len(batch), len(placed))

    async def _lost(self, batch: Sequence[Placed]) -> str:
        lost = [image.path for image in batch if not await self._store.exists(image.row.key)]
        return f"{', '.join(lost[:3]) or 'A file'} of the dataset is no longer in the store; put it back."


def _make_folders(placed: Sequence[Placed], into: Path) -> None:
    with _told_plainly(into):
        for folder in sorted({f"{image.split}/{image.folder}" for image in placed}):
            (into / folder).mkdir(parents=True, exist_ok=True)


def _write_texts(
    manifest: Manifest, options: ExportOptions, placed: Sequence[Placed], into: Path
) -> dict[str, int]:
    """All files that are not images, the checksums last; their sizes in bytes by name."""
    sums = {image.path: image.row.sha256 for image in placed}
    sizes: dict[str, int] = {}
    with _told_plainly(into):
        for name, pieces in _texts(manifest, options, placed):
            sums[name], sizes[name] = _write(into / name, pieces)
        lines = (f"{sums[name]}  {name}\n".encode() for name in sorted(sums))
        sizes["SHA256SUMS"] = _write(into / "SHA256SUMS", lines)[1]
    return sizes


def _texts(
    manifest: Manifest, options: ExportOptions, placed: Sequence[Placed]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    stats = statistics_of(manifest, placed)
    measured = all_measured(placed)
    for split in SPLITS:
        inside = [image for image in placed if image.split == split]
        if inside:
            yield f"{split}/metadata.jsonl", metadata_lines(inside, measured=measured)
    yield "manifest.jsonl", manifest_lines(placed)
    if manifest.tombstones:
        yield "tombstones.jsonl", tombstone_lines(manifest)
    yield "ATTRIBUTION.csv", [attribution_csv(placed).encode()]
    yield "LICENSE-SUMMARY.md", [licence_summary(manifest).encode()]
    yield "stats.json", [msgspec.json.format(msgspec.json.encode(stats), indent=2), b"\n"]
    yield "README.md", [card(manifest, stats, options.splits, options.name).encode()]


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    """The SHA-256 (hex) and the size of what was written."""
    summed = hashlib.sha256()
    size = 0
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
            summed.update(piece)
            size += len(piece)
    return summed.hexdigest(), size


@contextmanager
def _told_plainly(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(f"The disk that holds {into} is full; make room and try again.") from error
        raise Unavailable(f"The dataset cannot be written into {into}: {error.strerror}.") from error
