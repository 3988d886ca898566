"""Asking for an export of a dataset version."""

from collections.abc import Collection
from dataclasses import dataclass

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.datasets.errors import DatasetVersionNotFound, UnknownFormat
from pixcrawler.domain.datasets.version import BuildStatus, Export, ExportPlan, ExportRequested
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import DatasetVersionId, ExportId
from pixcrawler.domain.shared.tier import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExport:
    """A pending export; a task in the given lane writes it."""

    transaction: Transaction
    clock: Clock
    new_id: NewId
    formats: Collection[str]

    async def __call__(
        self, version_id: DatasetVersionId, format_id: str, plan: ExportPlan, *, by: Actor, lane: str
    ) -> ExportId:
        """Raises UnknownFormat or DatasetVersionNotFound."""
        checked_format(format_id, self.formats)
        async with self.transaction() as tx:
            version = await tx.versions.get(version_id)
            if not by.may_see(version.owner_id):
                raise DatasetVersionNotFound(f"There is no dataset version {version_id}.")
            at = self.clock.now()
            export = Export(
                id=ExportId(self.new_id()),
                version_id=version_id,
                owner_id=version.owner_id,
                format=format_id,
                plan=plan,
                status=BuildStatus.PENDING,
                failure_code=None,
                failure=None,
                images=0,
                bytes=0,
                counts={},
                key=None,
                digest=None,
                tier=Tier.HOT,
                created_at=at,
                downloaded_at=None,
                moving=None,
                move_failure=None,
                warm_bytes=None,
            )
            await tx.exports.add(export)
            tx.record(ExportRequested(at=at, export_id=export.id), owner=version.owner_id, lane=lane)
            await tx.commit()
        return export.id


def checked_format(format_id: str, formats: Collection[str]) -> str:
    """Raises UnknownFormat."""
    if format_id not in formats:
        known = ", ".join(sorted(formats))
        raise UnknownFormat(f"“{format_id}” is no export format; there is {known}.", field="format")
    return format_id
