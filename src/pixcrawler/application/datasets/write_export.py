"""Task: write an export into its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pixcrawler.application.datasets.stored_manifest import stored_manifest
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.exporter import Exporter, ExportOptions
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.ports.workspace import Workspace
from pixcrawler.domain.datasets.errors import ExportNotFound
from pixcrawler.domain.datasets.version import ExportRequested


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteExport:
    """Write beside the target, re-open and count, then move into place: nothing half-written is seen."""

    transaction: Transaction
    store: ObjectStore
    exporters: Mapping[str, Exporter]
    workspace: Workspace
    clock: Clock

    async def __call__(self, requested: ExportRequested, *, lease: Lease) -> None:
        """Raises StorageFull, ExportMismatch, BrokenManifest and Unavailable."""
        async with self.transaction() as tx:
            export = await tx.exports.get(requested.export_id)
            version = await tx.versions.get(export.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            job = await tx.crawl_jobs.get(dataset.jobs[0])
        if version.manifest_key is None or export.plan.folder is None:
            raise ExportNotFound("The dataset version of this export is not ready.")
        manifest = await stored_manifest(
            self.transaction, self.store, version, version.manifest_key, checked=True
        )
        options = ExportOptions(name=dataset.name, splits=export.plan.splits)
        async with self.workspace.building(Path(export.plan.folder)) as part:
            summary = await self.exporters[export.format].write(
                manifest, options, part.path, progress=part.progress
            )
            await part.move_into_place(unless_lost=partial(self._check, lease))

        async def write(tx: UnitOfWork) -> None:
            ready = await tx.exports.locked(export.id)
            ready.begin()
            events = ready.ready(
                images=summary.images, size=summary.bytes, counts=summary.counts, at=self.clock.now()
            )
            await tx.exports.save(ready)
            tx.record(*events, owner=ready.owner_id, lane=job.lane)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _check(self, lease: Lease) -> None:
        """Raises LeaseLost."""

        async def nothing(tx: UnitOfWork) -> None:
            await tx.commit()

        await self.transaction.repeated(nothing, fenced_by=lease)
