"""Making several datasets of one."""

from collections.abc import Mapping

import msgspec

from pixcrawler.application.datasets.selectable import check_jobs, dataset_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.dataset_reads import DatasetDetail, detail_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.dividing import Division, parts_of
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import DatasetId
from pixcrawler.domain.shared.once import Once


class Parts(msgspec.Struct, frozen=True):
    """The new datasets, in the order in which they were asked for."""

    datasets: tuple[DatasetDetail, ...]


@use_case
class SplitDataset:
    """New datasets, each with a part of what the old one selects now. The old one stays."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(
        self, dataset_id: DatasetId, division: Division, *, by: Actor, once: Once | None = None
    ) -> Parts:
        """Raises ScopeMissing, DatasetNotFound, InvalidDataset, InvalidSelection, CrawlJobNotFound, and what
        ``Answers`` raises."""
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=Parts)) is not None:
                return earlier
            whole = await dataset_of(tx, dataset_id, by)
            await check_jobs(tx, whole.selection, whole.project_id)
            parts = self._parts(whole, division)
            made = Parts(tuple(detail_of(part) for part in parts.values()))
            for part in parts.values():
                await tx.datasets.add(part)
                note(tx, Act.DATASET_CREATED, part, by=by)
            note(tx, Act.DATASET_SPLIT, whole, by=by, parts=len(parts))
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made

    def _parts(self, whole: Dataset, division: Division) -> Mapping[str, Dataset]:
        at = self.clock.now()
        return {
            name: Dataset.new(
                DatasetId(self.new_id()),
                owner=whole.owner_id,
                project=whole.project_id,
                name=name,
                description=f"A part of “{whole.name}”.",
                selection=selection,
                at=at,
            )
            for name, selection in parts_of(whole.selection, division).items()
        }
