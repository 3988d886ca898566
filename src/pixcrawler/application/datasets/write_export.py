"""Task: write an export, into its folder or as an archive into the store."""

from collections.abc import Mapping
from functools import partial

from pixcrawler.application.datasets.export_progress import ExportProgress
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.datasets.stored_manifest import stored_manifest
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.converter import Converter
from pixcrawler.application.ports.exporter import SHARD_SIZE, Exporter, ExportOptions, ExportSummary
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import OpenTarget, Published, Targets
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.errors import UnknownFormat, VersionNotReady
from pixcrawler.domain.datasets.export_name import export_name
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.version import DatasetVersion, Export, ExportRequested
from pixcrawler.domain.shared.ids import ExportId


@use_case
class WriteExport:
    """Write where nobody looks, open it again and count, then show it whole: nothing half-written is seen.

    Killed in the middle, the next attempt starts anew. What a lost one left is named by no row, and swept up
    later.
    """

    transaction: Transaction
    store: ObjectStore
    exporters: Mapping[str, Exporter]
    targets: Targets
    converter: Converter
    clock: Clock

    async def __call__(self, requested: ExportRequested, *, lease: Lease) -> None:
        """Raises StorageFull, ExportMismatch, CannotConvert, BrokenManifest, VersionNotReady and others."""
        export, version, name = await self._begun(requested.export_id, lease)
        manifest = await self._manifest(version)
        opened = self.targets.opened(
            export.id, export.plan, owner=export.owner_id, name=export_name(name, version.number)
        )
        async with opened as target:
            summary = await self._written(export, manifest, name, target, lease)
            published = await target.publish(unless_lost=partial(self._check, lease))
        await self._end(export.id, summary, published, lease)

    async def _begun(self, export_id: ExportId, lease: Lease) -> tuple[Export, DatasetVersion, str]:
        """It, its version and the dataset's name."""

        async def write(tx: UnitOfWork) -> tuple[Export, DatasetVersion, str]:
            export = await tx.exports.locked(export_id)
            version = await tx.versions.get(export.version_id)
            dataset = await tx.datasets.get(version.dataset_id)
            export.begin()
            export.images = 0
            await tx.exports.save(export)
            await tx.commit()
            return export, version, dataset.name

        return await self.transaction.repeated(write, fenced_by=lease)

    async def _manifest(self, version: DatasetVersion) -> Manifest:
        if version.manifest_key is None:
            raise VersionNotReady(f"Version {version.number} of this dataset is {version.status}.")
        return await stored_manifest(
            self.transaction, self.store, version, version.manifest_key, checked=True
        )

    async def _written(
        self, export: Export, manifest: Manifest, name: str, target: OpenTarget, lease: Lease
    ) -> ExportSummary:
        exporter = self.exporters.get(export.format)
        if exporter is None:
            raise UnknownFormat(f"This release writes no “{export.format}”; ask for another format.")
        plan = export.plan
        options = ExportOptions(
            name=name,
            splits=plan.splits,
            conversion=plan.conversion,
            shard_size=plan.shard_size or SHARD_SIZE,
        )
        pictures = StoredPictures(self.store, conversion=plan.conversion, converter=self.converter)
        progress = ExportProgress(self.transaction, export.id, lease, target.progress)
        async with progress.noted(), pictures:
            return await exporter.write(manifest, options, pictures, target, progress=progress.tell)

    async def _end(
        self, export_id: ExportId, summary: ExportSummary, published: Published, lease: Lease
    ) -> None:
        async def write(tx: UnitOfWork) -> None:
            export = await tx.exports.locked(export_id)
            events = export.ready(
                images=summary.images,
                size=published.bytes,
                counts=summary.counts,
                key=published.key,
                digest=published.digest,
                at=self.clock.now(),
            )
            await tx.exports.save(export)
            tx.record(*events, owner=export.owner_id, lane=lease.lane)
            await tx.commit(closing=lease)

        await self.transaction.repeated(write, fenced_by=lease)

    async def _check(self, lease: Lease) -> None:
        """Raises LeaseLost."""

        async def nothing(tx: UnitOfWork) -> None:
            await tx.commit()

        await self.transaction.repeated(nothing, fenced_by=lease)
