"""The numbers of a version, which are read again and again and never change."""

from pixcrawler.application.ports.cache import Cache, Shelf
from pixcrawler.application.ports.dataset_reads import DatasetReads
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.datasets.errors import VersionNotReady
from pixcrawler.domain.datasets.statistics import Statistics
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import DatasetId

STATISTICS = Shelf(name="statistics", kind=Statistics, largest=4 * 1024 * 1024)
"""By the version's id: a new version has another one, so nothing here is ever wrong."""


@use_case
class ShowStatistics:
    """Which version is meant, and whether it may be seen, is asked of the database each time. ``seconds``:
    how long its numbers are kept."""

    reads: DatasetReads
    cache: Cache
    seconds: float

    async def __call__(self, dataset_id: DatasetId, number: int | None, *, by: Actor) -> Statistics:
        """None: of the newest that is ready. Raises DatasetNotFound, DatasetVersionNotFound and
        VersionNotReady."""
        by.must(READ)
        meant = await self.reads.version_id(dataset_id, number, visible_to=by)
        kept = await self.cache.get(STATISTICS, meant.hex)
        if kept is not None:
            return kept
        version = await self.reads.version(dataset_id, number, visible_to=by)
        if version.stats is None:
            raise VersionNotReady(f"Version {version.number} is {version.status} and has no numbers.")
        await self.cache.put(STATISTICS, version.id.hex, version.stats, seconds=self.seconds)
        return version.stats
