"""One unit of work on the database."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeVar
from uuid import UUID

from pixcrawler.application.ports.answers import Answers
from pixcrawler.application.ports.blocks import Blocks
from pixcrawler.application.ports.copies import Copies
from pixcrawler.application.ports.datasets import Datasets, DatasetVersions, Exports
from pixcrawler.application.ports.job_log import JobLog
from pixcrawler.application.ports.known_pictures import KnownPictures
from pixcrawler.application.ports.labels import ImageLabels
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.notifications import Notifications, PreferencesOfPeople
from pixcrawler.application.ports.policies import ArchivalPolicies, CleanupPolicies, Executions, Holdings
from pixcrawler.application.ports.repositories import (
    ApiKeys,
    Candidates,
    Chunks,
    CrawlJobs,
    Images,
    Profiles,
    Projects,
    Queries,
)
from pixcrawler.application.ports.schedules import Schedules
from pixcrawler.application.ports.validations import Looks, ValidationChunks, ValidationLevels, Validations
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import TaskId, UserId

T = TypeVar("T")


class UnitOfWork(Protocol):
    """Repositories over one transaction. Leaving without ``commit`` rolls everything back."""

    @property
    def profiles(self) -> Profiles: ...
    @property
    def api_keys(self) -> ApiKeys: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def crawl_jobs(self) -> CrawlJobs: ...
    @property
    def schedules(self) -> Schedules: ...
    @property
    def job_log(self) -> JobLog: ...
    @property
    def queries(self) -> Queries: ...
    @property
    def chunks(self) -> Chunks: ...
    @property
    def candidates(self) -> Candidates: ...
    @property
    def images(self) -> Images: ...
    @property
    def known_pictures(self) -> KnownPictures: ...
    @property
    def copies(self) -> Copies: ...
    @property
    def blocks(self) -> Blocks: ...
    @property
    def labels(self) -> ImageLabels: ...
    @property
    def datasets(self) -> Datasets: ...
    @property
    def versions(self) -> DatasetVersions: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def archival_policies(self) -> ArchivalPolicies: ...
    @property
    def cleanup_policies(self) -> CleanupPolicies: ...
    @property
    def executions(self) -> Executions: ...
    @property
    def holdings(self) -> Holdings: ...
    @property
    def validations(self) -> Validations: ...
    @property
    def validation_chunks(self) -> ValidationChunks: ...
    @property
    def looks(self) -> Looks: ...
    @property
    def validation_levels(self) -> ValidationLevels: ...
    @property
    def notifications(self) -> Notifications: ...
    @property
    def preferences(self) -> PreferencesOfPeople: ...
    @property
    def answers(self) -> Answers: ...

    @property
    def task_ids(self) -> tuple[TaskId, ...]:
        """Of the tasks that the commit writes, so far."""
        ...

    def record(self, *events: Event, owner: UserId | None, lane: str) -> None:
        """The commit writes one task per reaction to each event, in this lane, for this owner or nobody.

        Each carries the id of the request that is being worked on, if there is one. What only tells people
        is for the platform's lane.
        """
        ...

    def audit(
        self, act: Act, subject: UUID, *, by: Actor | None, owner: UserId | None, **about: str | int | UUID
    ) -> None:
        """The commit writes down who did this, by which key and in which request, to whose thing.

        Neither is anybody where this very commit parts with them. ``about`` is what people read of it
        later, such as a thing's name; no secrets, and no person's name, which would outlive their account.
        """
        ...

    async def commit(self, *, closing: Lease | None = None) -> None:
        """Make it so; with ``closing``, the task ends in the same commit.

        Raises:
            LeaseLost: the transaction was fenced by a lease that another worker has taken over.
            ChangedMeanwhile: a compared ``version`` has moved on.
            Unavailable: the database went away; whether it was committed is unknown.
        """
        ...


class Transaction(Protocol):
    """Begins units of work."""

    def __call__(
        self, *, fenced_by: Lease | None = None, brief: bool = False
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        """One transaction. With ``fenced_by``, its commit writes nothing once the lease is lost.

        ``brief`` is for work that takes no lock, and writes nothing but what waits for the commit: jobs by
        ``add_last``, tasks, lines of their logs, who did what. Each of its reads sees what is there at that
        moment; its commit is one statement, all or nothing. It saves the round trips of BEGIN and COMMIT.
        """
        ...

    async def repeated(
        self,
        work: Callable[[UnitOfWork], Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,
    ) -> T:
        """Run ``work``, which commits by itself, in one transaction, and again in a fresh one when it met
        a serialization failure, a deadlock, a changed version or a lost connection.

        ``work`` must be harmless when an earlier, seemingly lost commit did go through. ``in_turn`` is the id
        of what it locks first: of a process's works that name the same, one at a time takes a connection.
        """
        ...
