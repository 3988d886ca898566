"""Task: the page about an export."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from pixcrawler.application.datasets.report_pages import PER_LABEL, Rejected, assemble
from pixcrawler.application.datasets.stored_manifest import stored_manifest
from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.application.ports.inspector import Inspector, Unreadable
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectMissing, ObjectStore
from pixcrawler.application.ports.reads import DroppedCopy, Reads, SourceTrouble
from pixcrawler.application.ports.report import ReportWriter
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.ports.waiting import together
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.export_name import export_name
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.version import (
    BuildStatus,
    DatasetVersion,
    Export,
    ExportReady,
    ExportRequested,
)
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.domain.shared.reasons import Reason

SIDE = 224
AT_ONCE = 16
SETS = 24
EXAMPLES = 8
MOST_PICTURES = 1_200
SOON = 0.02
LATER = 1.0
"""Seconds between two looks at whether the export has ended, at first and after long."""


class _Told(TypedDict):
    """What the job's own records say, as ``assemble`` takes it."""

    rejected: Rejected
    came: tuple[int, int]
    troubles: Sequence[SourceTrouble]


@use_case
class WriteReport:
    """Gather what there is to show, make the thumbnails, write the page beside the dataset.

    It begins with the export, as decoders have nothing else to do then, and waits for its end. Where that is
    a failure there is no page.
    """

    transaction: Transaction
    reads: Reads
    store: ObjectStore
    inspector: Inspector
    writer: ReportWriter
    exporters: Mapping[str, Exporter]

    async def __call__(self, wanted: ExportRequested | ExportReady, *, lease: Lease) -> None:
        """Raises StorageFull and Unavailable. Exports that go to no local folder have no page."""
        async with self.transaction() as tx:
            export = await tx.exports.get(wanted.export_id)
            version = await tx.versions.get(export.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            job = await tx.crawl_jobs.get(dataset.jobs[0])
        folder = export.plan.folder
        if folder is None or version.manifest_key is None:
            return
        manifest = await stored_manifest(
            self.transaction, self.store, version, version.manifest_key, checked=False
        )
        by = Actor(job.owner_id, Role.USER)
        sets, copies = await self.reads.near_duplicates(job.id, most=SETS, visible_to=by)
        keys = await asyncio.to_thread(shown, manifest, copies)
        thumbnails = await self._drawn(keys, lease)
        told = await self._told(job, by)
        ended = await self._ended(export.id, lease)
        if ended is None or ended.status is not BuildStatus.READY:
            return
        report = await asyncio.to_thread(
            assemble,
            job=job,
            export=ended,
            exporter=self.exporters[ended.format],
            dataset=_place(ended, dataset, version),
            manifest=manifest,
            thumbnails=thumbnails,
            near=(sets, copies),
            **told,
        )
        await self.writer.write(report, Path(folder))

    async def _told(self, job: CrawlJob, by: Actor) -> _Told:
        rejected = await self.reads.rejected(
            job.id, [Reason(r) for r in job.reasons], most=EXAMPLES, visible_to=by
        )
        came = await self.reads.downloaded(job.id, visible_to=by)
        progress = await self.reads.progress(job.id, visible_to=by)
        return _Told(rejected=rejected, came=came, troubles=progress.troubles)

    async def _ended(self, export_id: ExportId, lease: Lease) -> Export | None:
        """None when this worker is to end before it."""
        lease.step_aside()
        pause = SOON
        while not lease.draining:
            async with self.transaction() as tx:
                export = await tx.exports.get(export_id)
            if export.status in (BuildStatus.READY, BuildStatus.FAILED):
                return export
            await asyncio.sleep(pause)
            pause = min(LATER, pause * 1.1)
        return None

    async def _drawn(self, keys: dict[str, str], lease: Lease) -> dict[str, bytes]:
        """The thumbnails; the writer gets ready meanwhile."""
        drawn: dict[str, bytes] = {}

        async def draw() -> None:
            drawn.update(await self._thumbnails(keys, lease))

        await together(draw(), self.writer.prepare())
        return drawn

    async def _thumbnails(self, keys: dict[str, str], lease: Lease) -> dict[str, bytes]:
        """Digest → JPEG, for those that can be had; a page with a gap beats no page."""
        room = asyncio.Semaphore(AT_ONCE)

        async def made(key: str) -> bytes | None:
            async with room:
                return None if lease.draining else await self._thumbnail(key)

        thumbnails = await together(*map(made, keys.values()))
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
