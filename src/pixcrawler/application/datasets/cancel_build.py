"""Stopping the making of a version."""

from pixcrawler.application.datasets.selectable import dataset_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.dataset_reads import VersionLine, line_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import DatasetId


@use_case
class CancelBuild:
    """The version is failed at once, as cancelled; whoever builds it notices within some thousand rows."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, dataset_id: DatasetId, number: int, *, by: Actor) -> VersionLine:
        """Raises ScopeMissing, DatasetNotFound, DatasetVersionNotFound, and WrongBuildState when it ended."""
        by.must(WRITE)
        async with self.transaction() as tx:
            dataset = await dataset_of(tx, dataset_id, by)
            version = await tx.versions.locked((await tx.versions.numbered(dataset.id, number)).id)
            events = version.cancel(at=self.clock.now())
            await tx.versions.save(version)
            await tx.versions.need_nothing(version.id)
            tx.record(*events, owner=version.owner_id, lane=SHARED)
            note(tx, Act.BUILD_CANCELLED, dataset, by=by, number=number)
            await tx.commit()
        return line_of(version)
