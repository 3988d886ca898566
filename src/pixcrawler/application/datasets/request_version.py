"""Asking for a new version of a dataset."""

from pixcrawler.application.datasets.requesting import request
from pixcrawler.application.datasets.selectable import dataset_of, jobs_of
from pixcrawler.application.datasets.written import note
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.dataset_reads import VersionAsked, line_of
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import DatasetId, DatasetVersionId
from pixcrawler.domain.shared.once import Once


@use_case
class RequestVersion:
    """A pending version with the dataset's selection as it is now; a task freezes it."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(
        self, dataset_id: DatasetId, *, changelog: str = "", by: Actor, once: Once | None = None
    ) -> VersionAsked:
        """Raises ScopeMissing, DatasetNotFound, JobNotSettled, EmptySelection when none of its jobs has an
        image, ChangedMeanwhile, and what ``Answers`` raises."""
        by.must(WRITE)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=VersionAsked)) is not None:
                return earlier
            seen = await dataset_of(tx, dataset_id, by)
            jobs = await jobs_of(tx, seen.jobs)
            dataset = await dataset_of(tx, dataset_id, by, locked=True)
            if dataset.jobs != seen.jobs:
                raise ChangedMeanwhile("Somebody else changed the dataset meanwhile; try again.")
            version = dataset.next_version(
                DatasetVersionId(self.new_id()), changelog=changelog, at=self.clock.now()
            )
            await request(tx, dataset, version, jobs, lane=SHARED, at=version.created_at)
            made = VersionAsked(version=line_of(version), task_ids=tx.task_ids)
            note(tx, Act.DATASET_BUILT, dataset, by=by, number=version.number)
            await tx.answers.keep(once, made, owner=by.id)
            await tx.commit()
        return made
