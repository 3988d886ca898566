"""Asking for an export of a dataset version."""

from collections.abc import Mapping

import msgspec

from pixcrawler.application.datasets.written import note_export
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.dataset_reads import ExportAsked, export_detail
from pixcrawler.application.ports.exporter import LARGEST_SHARD, SMALLEST_SHARD, Exporter
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import (
    DatasetVersionNotFound,
    InvalidShardSize,
    UnknownFormat,
    VersionNotReady,
)
from pixcrawler.domain.datasets.version import BuildStatus, Export, ExportPlan, ExportRequested
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import DatasetVersionId, ExportId
from pixcrawler.domain.shared.once import Once


@use_case
class RequestExport:
    """A pending export; a task in the given lane writes it."""

    transaction: Transaction
    clock: Clock
    new_id: NewId
    formats: Mapping[str, Exporter]

    async def __call__(
        self,
        version_id: DatasetVersionId,
        format_id: str,
        plan: ExportPlan,
        *,
        by: Actor,
        lane: str,
        once: Once | None = None,
    ) -> ExportAsked:
        """Without a folder and an archive in the plan it is a zip.

        Raises:
            ScopeMissing, DatasetVersionNotFound: also for a version of somebody else.
            UnknownFormat, InvalidShardSize: see ``check_export``.
            VersionNotReady: it is not built, or could not be.
            IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
        """
        by.must(WRITE)
        check_export(format_id, plan.shard_size, self.formats)
        if plan.folder is None and plan.archive is None:
            plan = msgspec.structs.replace(plan, archive=Archive.ZIP)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=ExportAsked)) is not None:
                return earlier
            version = await tx.versions.get(version_id)
            if not by.may_see(version.owner_id):
                raise DatasetVersionNotFound(f"There is no dataset version {version_id}.")
            if version.status is not BuildStatus.READY:
                raise VersionNotReady(
                    f"Version {version.number} of this dataset is {version.status}; only a ready one can be"
                    " exported."
                )
            at = self.clock.now()
            export = Export.new(
                ExportId(self.new_id()),
                version=version_id,
                owner=version.owner_id,
                format_id=format_id,
                plan=plan,
                at=at,
            )
            await tx.exports.add(export)
            tx.record(ExportRequested(at=at, export_id=export.id), owner=version.owner_id, lane=lane)
            made = ExportAsked(export=export_detail(export, version), task_ids=tx.task_ids)
            await note_export(tx, Act.EXPORT_CREATED, export, by=by)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made


def check_export(format_id: str, shard_size: int | None, formats: Mapping[str, Exporter]) -> None:
    """Raises UnknownFormat, or InvalidShardSize for one out of range or for a format without shards."""
    exporter = formats.get(format_id)
    if exporter is None:
        known = ", ".join(sorted(formats))
        raise UnknownFormat(f"“{format_id}” is no export format; there is {known}.", field="format")
    if shard_size is None:
        return
    if not exporter.sharded:
        raise InvalidShardSize(
            f"The format {format_id} has no shards; leave their size out.", field="shard_size"
        )
    if not SMALLEST_SHARD <= shard_size <= LARGEST_SHARD:
        raise InvalidShardSize(
            f"The shard size is {shard_size:,} bytes; it is {SMALLEST_SHARD:,} to {LARGEST_SHARD:,}.",
            field="shard_size",
        )
