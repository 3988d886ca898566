"""Task's end: a dataset version or an export that could not be made."""

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.version import ExportRequested, VersionRequested
from pixcrawler.domain.shared.errors import code_of, told


@use_case
class FailVersion:
    """Mark it failed, with a code and a sentence."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, requested: VersionRequested, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            version = await tx.versions.locked(requested.version_id)
            if not version.has_ended:  # cancelled meanwhile
                version.fail(code_of(error), told(error), at=self.clock.now())
                await tx.versions.save(version)
                await tx.versions.need_nothing(version.id)
            await tx.commit(closing=lease)


@use_case
class FailExport:
    """Mark it failed, with a code and a sentence."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, requested: ExportRequested, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            export = await tx.exports.locked(requested.export_id)
            export.fail(code_of(error), told(error), at=self.clock.now())
            await tx.exports.save(export)
            await tx.commit(closing=lease)
