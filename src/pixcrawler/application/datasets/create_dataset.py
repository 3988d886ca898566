"""Creating a dataset: from jobs, from other datasets, or from both."""

import msgspec

from pixcrawler.application.datasets.selectable import check_jobs, dataset_of, project_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.dataset_reads import DatasetDetail, detail_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.selection import Selection, Step, merged
from pixcrawler.domain.projects.errors import ProjectArchived
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import DatasetId, ProjectId
from pixcrawler.domain.shared.once import Once


class NewDataset(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset that somebody wants: all that the selections select, and those of the datasets as they are
    now, then the steps. One dataset and steps is a filter, several datasets are a merge."""

    project_id: ProjectId
    name: str
    description: str = ""
    selections: tuple[Selection, ...] = ()
    datasets: tuple[DatasetId, ...] = ()
    steps: tuple[Step, ...] = ()


@use_case
class CreateDataset:
    """Make a dataset without versions."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self, command: NewDataset, *, by: Actor, once: Once | None = None) -> DatasetDetail:
        """A change of a dataset that it was made from changes nothing in it later.

        Raises:
            ScopeMissing: see ``Actor``.
            InvalidDataset, InvalidSelection: there can be none such.
            ProjectNotFound, ProjectArchived: the project takes no dataset of this person's.
            CrawlJobNotFound, DatasetNotFound: what it selects from is not there, or not in the project.
            IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
        """
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=DatasetDetail)) is not None:
                return earlier
            project = await project_of(tx, command.project_id, by)
            if project.status is ProjectStatus.ARCHIVED:
                message = f"The project “{project.name}” is archived; make it active first."
                raise ProjectArchived(message, field="project_id")
            others = [(await dataset_of(tx, one, by)).selection for one in command.datasets]
            dataset = Dataset.new(
                DatasetId(self.new_id()),
                owner=project.owner_id,
                project=project.id,
                name=command.name,
                description=command.description,
                selection=_joined((*command.selections, *others), command.steps),
                at=self.clock.now(),
            )
            await check_jobs(tx, dataset.selection, project.id)
            made = detail_of(dataset)
            await tx.datasets.add(dataset)
            note(tx, Act.DATASET_CREATED, dataset, by=by)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made


def _joined(selections: tuple[Selection, ...], steps: tuple[Step, ...]) -> Selection:
    one = selections[0] if len(selections) == 1 else merged(*selections)
    return one.then(*steps) if steps else one
