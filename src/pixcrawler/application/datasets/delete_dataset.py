"""Deleting a dataset."""

from pixcrawler.application.datasets.selectable import dataset_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import DatasetId


@use_case
class DeleteDataset:
    """Delete it with its versions and exports, also those that are being made. Manifests, archives and
    pictures that nothing else names are collected later; folders on somebody's own disk stay."""

    transaction: Transaction

    async def __call__(self, dataset_id: DatasetId, *, by: Actor) -> None:
        """Raises ScopeMissing and DatasetNotFound."""
        by.must(WRITE)
        async with self.transaction() as tx:
            dataset = await dataset_of(tx, dataset_id, by, locked=True)
            await tx.datasets.delete(dataset_id)
            note(tx, Act.DATASET_DELETED, dataset, by=by)
            await tx.commit()
