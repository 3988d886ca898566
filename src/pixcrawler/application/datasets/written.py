"""What is written down of acts on datasets and exports."""

from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.version import Export
from pixcrawler.domain.shared.actor import Actor


def note(tx: UnitOfWork, act: Act, dataset: Dataset, *, by: Actor, **more: str | int) -> None:
    """See ``UnitOfWork.audit``."""
    about = {"name": dataset.name, "project_id": dataset.project_id, **more}
    tx.audit(act, dataset.id, by=by, owner=dataset.owner_id, **about)


async def note_export(tx: UnitOfWork, act: Act, export: Export, *, by: Actor) -> None:
    """With the dataset that it is of, so that it is found under the project."""
    version = await tx.versions.get(export.version_id)
    dataset = await tx.datasets.get(version.dataset_id)
    tx.audit(
        act,
        export.id,
        by=by,
        owner=export.owner_id,
        name=dataset.name,
        number=version.number,
        format=export.format,
        dataset_id=dataset.id,
        project_id=dataset.project_id,
    )
