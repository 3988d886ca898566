"""Changing a dataset."""

import msgspec

from pixcrawler.application.datasets.selectable import check_jobs, dataset_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.dataset_reads import DatasetDetail, detail_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import DatasetId


class DatasetChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None leaves it. ``version`` is the one that the change was meant for."""

    name: str | None = None
    description: str | None = None
    selection: Selection | None = None
    version: int | None = None


@use_case
class ChangeDataset:
    """Rename, describe, or select otherwise from the next version on; versions that are there stay."""

    transaction: Transaction

    async def __call__(self, dataset_id: DatasetId, change: DatasetChange, *, by: Actor) -> DatasetDetail:
        """Raises ScopeMissing, DatasetNotFound, InvalidDataset, InvalidSelection, CrawlJobNotFound for a job
        that is not in the dataset's project, or ChangedMeanwhile."""
        by.must(WRITE)
        async with self.transaction() as tx:
            if (
                change.selection is not None
            ):  # jobs are locked before datasets, as where versions are asked for
                seen = await dataset_of(tx, dataset_id, by)
                await check_jobs(tx, change.selection.checked(), seen.project_id)
            dataset = await dataset_of(tx, dataset_id, by, locked=True)
            if change.version is not None and change.version != dataset.version:
                message = f"The dataset is at version {dataset.version} by now; load it again."
                raise ChangedMeanwhile(message, field="version")
            before = detail_of(dataset)
            dataset.change(name=change.name, description=change.description, selection=change.selection)
            if detail_of(dataset) != before:
                await tx.datasets.save(dataset)
                note(tx, Act.DATASET_CHANGED, dataset, by=by)
                await tx.commit()
        return detail_of(dataset)
