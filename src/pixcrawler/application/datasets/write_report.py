"""Task: the page about a finished export."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pixcrawler.application.datasets.report_pages import PER_LABEL, assemble
from pixcrawler.application.datasets.stored_manifest import stored_manifest
from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.application.ports.inspector import Inspector, Unreadable
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.ports.reads import DroppedCopy, Reads
from pixcrawler.application.ports.report import ReportWriter
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.export_name import export_name
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.version import DatasetVersion, Export, ExportReady
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.reasons import Reason

SIDE = 224
AT_ONCE = 16
SETS = 24
EXAMPLES = 8
MOST_PICTURES = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteReport:
    """Gather what there is to show, make the thumbnails, write the page beside the dataset."""

    transaction: Transaction
    reads: Reads
    store: ObjectStore
    inspector: Inspector
    writer: ReportWriter
    exporters: Mapping[str, Exporter]

    async def __call__(self, ready: ExportReady, *, lease: Lease) -> None:
        """Raises StorageFull and Unavailable. Exports that went to no local folder have no page."""
        async with self.transaction() as tx:
            export = await tx.exports.get(ready.export_id)
            version = await tx.versions.get(export.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            job = await tx.crawl_jobs.get(dataset.jobs[0])
        if export.plan.folder is None or version.manifest_key is None:
            return
        manifest = await stored_manifest(
            self.transaction, self.store, version, version.manifest_key, checked=False
        )
        by = Actor(job.owner_id, Role.USER)
        sets, copies = await self.reads.near_duplicates(job.id, most=SETS, visible_to=by)
        thumbnails = await self._thumbnails(await asyncio.to_thread(shown, manifest, copies), lease)
        if lease.draining:
            return
        rejected = await self.reads.rejected(
            job.id, [Reason(r) for r in job.reasons], most=EXAMPLES, visible_to=by
        )
        files, pictures = await self.reads.downloaded(job.id, visible_to=by)
        progress = await self.reads.progress(job.id, visible_to=by)
        report = await asyncio.to_thread(
            assemble,
            job=job,
            export=export,
            exporter=self.exporters[export.format],
            dataset=_place(export, dataset, version),
            manifest=manifest,
            thumbnails=thumbnails,
            rejected=rejected,
            near=(sets, copies),
            came=(files, pictures),
            troubles=progress.troubles,
        )
        await self.writer.write(report, Path(export.plan.folder))

    async def _thumbnails(self, keys: dict[str, str], lease: Lease) -> dict[str, bytes]:
        """Digest → JPEG, for those that can be had; a page with a gap beats no page."""
        room = asyncio.Semaphore(AT_ONCE)

        async def made(key: str) -> bytes | None:
            async with room:
                return None if lease.draining else await self._thumbnail(key)

        thumbnails = await asyncio.gather(*map(made, keys.values()))
        return {digest: jpeg for digest, jpeg in zip(keys, thumbnails, strict=True) if jpeg}

    async def _thumbnail(self, key: str) -> bytes | None:
        try:
            descriptor = await self.store.open_for_reading(key)
        except ObjectMissing:
            return None
        try:
            thumbnail = await self.inspector.thumbnail(descriptor, SIDE)
        finally:
            os.close(descriptor)
        return None if isinstance(thumbnail, Unreadable) else thumbnail


def _place(export: Export, dataset: Dataset, version: DatasetVersion) -> str:
    """Of the folder, or of the archive in it."""
    folder, archive = export.plan.folder or ".", export.plan.archive
    return folder if archive is None else f"{folder}/{export_name(dataset.name, version.number)}.{archive}"


def shown(manifest: Manifest, copies: Sequence[DroppedCopy]) -> dict[str, str]:
    """Digest → object key of every picture that the page shows."""
    of_label: dict[str, int] = {}
    keys: dict[str, str] = {}
    kept = {copy.kept for copy in copies}
    for row in manifest.rows:
        of_label[row.label] = of_label.get(row.label, 0) + 1
        few = of_label[row.label] <= PER_LABEL and len(keys) < MOST_PICTURES
        if few or row.sha256 in kept:
            keys[row.sha256] = row.key
    keys.update((copy.dropped, copy.key) for copy in copies)
    return keys
