"""One transaction: repositories, the events it recorded, the fence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from pixcrawler.adapters.postgres.answers import PostgresAnswers
from pixcrawler.adapters.postgres.blocks import PostgresBlocks
from pixcrawler.adapters.postgres.candidates import PostgresCandidates, PostgresImages
from pixcrawler.adapters.postgres.copies import PostgresCopies
from pixcrawler.adapters.postgres.crawling import PostgresChunks, PostgresCrawlJobs, PostgresQueries
from pixcrawler.adapters.postgres.datasets import PostgresDatasets, PostgresDatasetVersions, PostgresExports
from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.adapters.postgres.holdings import PostgresHoldings
from pixcrawler.adapters.postgres.identity import PostgresApiKeys, PostgresProfiles
from pixcrawler.adapters.postgres.job_log import PostgresJobLog
from pixcrawler.adapters.postgres.known_pictures import PostgresKnownPictures
from pixcrawler.adapters.postgres.labels import PostgresImageLabels
from pixcrawler.adapters.postgres.looks import PostgresLooks
from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.adapters.postgres.policies import (
    PostgresArchivalPolicies,
    PostgresCleanupPolicies,
    PostgresExecutions,
)
from pixcrawler.adapters.postgres.projects import PostgresProjects
from pixcrawler.adapters.postgres.tables import OutboxRow
from pixcrawler.adapters.postgres.validations import (
    PostgresValidationChunks,
    PostgresValidationLevels,
    PostgresValidations,
)
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Reaction
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile, LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import TaskId, UserId

T = TypeVar("T")
TRIES = 8
"""Together about 20 s: long enough for Postgres to restart, shorter than a lease."""

Reactions = Callable[[Event], Sequence[Reaction]]
RequestId = Callable[[], str | None]
"""Names the request that is being worked on, so that its tasks carry its id."""


def no_request() -> None:
    """Nobody asked from outside."""


class PostgresUnitOfWork:
    """See the port. Row locks are taken in the order job, task, chunk, images."""

    def __init__(
        self,
        session: AsyncSession,
        reactions: Reactions,
        new_id: NewId,
        request_id: RequestId,
        fence: Lease | None,
    ) -> None:
        self._session = session
        self._reactions = reactions
        self._new_id = new_id
        self._request_id = request_id
        self._fence = fence
        self._parting = Parting()

    @property
    def profiles(self) -> PostgresProfiles:
        return PostgresProfiles(self._session)

    @property
    def api_keys(self) -> PostgresApiKeys:
        return PostgresApiKeys(self._session)

    @property
    def projects(self) -> PostgresProjects:
        return PostgresProjects(self._session)

    @property
    def crawl_jobs(self) -> PostgresCrawlJobs:
        return PostgresCrawlJobs(self._session, self._parting, self._hold_task if self._fence else None)

    @property
    def job_log(self) -> PostgresJobLog:
        return PostgresJobLog(self._parting, self._new_id, self._request_id)

    @property
    def queries(self) -> PostgresQueries:
        return PostgresQueries(self._session)

    @property
    def chunks(self) -> PostgresChunks:
        return PostgresChunks(self._session)

    @property
    def candidates(self) -> PostgresCandidates:
        return PostgresCandidates(self._session, self._new_id)

    @property
    def images(self) -> PostgresImages:
        return PostgresImages(self._session)

    @property
    def labels(self) -> PostgresImageLabels:
        return PostgresImageLabels(self._session)

    @property
    def copies(self) -> PostgresCopies:
        return PostgresCopies(self._session)

    @property
    def known_pictures(self) -> PostgresKnownPictures:
        return PostgresKnownPictures(self._session)

    @property
    def blocks(self) -> PostgresBlocks:
        return PostgresBlocks(self._session)

    @property
    def datasets(self) -> PostgresDatasets:
        return PostgresDatasets(self._session)

    @property
    def versions(self) -> PostgresDatasetVersions:
        return PostgresDatasetVersions(self._session)

    @property
    def exports(self) -> PostgresExports:
        return PostgresExports(self._session)

    @property
    def archival_policies(self) -> PostgresArchivalPolicies:
        return PostgresArchivalPolicies(self._session)

    @property
    def cleanup_policies(self) -> PostgresCleanupPolicies:
        return PostgresCleanupPolicies(self._session)

    @property
    def executions(self) -> PostgresExecutions:
        return PostgresExecutions(self._session)

    @property
    def holdings(self) -> PostgresHoldings:
        return PostgresHoldings(self._session)

    @property
    def validations(self) -> PostgresValidations:
        return PostgresValidations(self._session)

    @property
    def validation_chunks(self) -> PostgresValidationChunks:
        return PostgresValidationChunks(self._session)

    @property
    def looks(self) -> PostgresLooks:
        return PostgresLooks(self._session)

    @property
    def validation_levels(self) -> PostgresValidationLevels:
        return PostgresValidationLevels(self._session)

    @property
    def answers(self) -> PostgresAnswers:
        return PostgresAnswers(self._session, self._parting)

    @property
    def task_ids(self) -> tuple[TaskId, ...]:
        return tuple(TaskId(task["id"]) for task in self._parting.tasks)

    def record(self, *events: Event, owner: UserId | None, lane: str) -> None:
        for event in events:
            for reaction in self._reactions(event):
                self._parting.tasks.append(
                    {
                        "id": self._new_id(),
                        "name": reaction.task,
                        "payload": msgspec.json.encode(event),
                        "queue": reaction.queue,
                        "priority": reaction.priority,
                        "lane": lane,
                        "owner_id": owner,
                        "subject_id": event.subject_id,
                        "run": getattr(event, "run", None),
                        "request_id": self._request_id(),
                    }
                )

    def audit(self, act: Act, subject: UUID, *, by: Actor, owner: UserId, **about: str | int | UUID) -> None:
        self._parting.activity.append(
            {
                "id": self._new_id(),
                "act": act.value,
                "subject_id": subject,
                "owner_id": owner,
                "actor_id": by.id,
                "key_id": by.key_id,
                "about": msgspec.json.encode(about).decode(),
                "request_id": self._request_id(),
            }
        )

    async def commit(self, *, closing: Lease | None = None) -> None:
        if closing is not None:
            await self._close(closing)
        elif self._fence is not None:
            await self._check(self._fence)
        await self._parting.write(self._session)
        await self._session.commit()
        if closing is not None:
            closing.closed = True

    async def _hold_task(self) -> None:
        """Fail before anything is written, and lock in the order of the house."""
        assert self._fence is not None
        held = await self._session.execute(
            select(OutboxRow.id)
            .where(OutboxRow.id == self._fence.task_id, OutboxRow.token == self._fence.token)
            .with_for_update()
        )
        if held.first() is None:
            raise LeaseLost("Another worker has taken over this task.")

    async def _close(self, lease: Lease) -> None:
        """Only the token decides: an expired lease that nobody has taken over is still good."""
        closed = await self._session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == lease.task_id, OutboxRow.token == lease.token, OutboxRow.state == "running"
            )
            .values(
                state="done" if lease.failing is None else "failed",
                last_error=lease.failing if lease.failing is not None else OutboxRow.last_error,
                lease_owner=None,
                lease_expires_at=None,
                ended_at=func.clock_timestamp(),
            )
            .returning(OutboxRow.id)
        )
        if closed.first() is None:
            raise LeaseLost("Another worker has taken over this task.")

    async def _check(self, lease: Lease) -> None:
        """A recorded batch also forgives the leases that were lost on the way to it."""
        held = await self._session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.id == lease.task_id, OutboxRow.token == lease.token, OutboxRow.state == "running"
            )
            .values(lost_leases=0)
            .returning(OutboxRow.id)
        )
        if held.first() is None:
            raise LeaseLost("Another worker has taken over this task.")


class PostgresTransaction:
    """Begins units of work on one pool."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        reactions: Reactions,
        new_id: NewId,
        request_id: RequestId = no_request,
    ) -> None:
        self._engine = engine
        self._reactions = reactions
        self._new_id = new_id
        self._request_id = request_id

    @asynccontextmanager
    async def __call__(self, *, fenced_by: Lease | None = None) -> AsyncIterator[PostgresUnitOfWork]:
        with translating():
            async with AsyncSession(self._engine, expire_on_commit=False, autoflush=False) as session:
                yield PostgresUnitOfWork(session, self._reactions, self._new_id, self._request_id, fenced_by)

    async def repeated(
        self, work: Callable[[PostgresUnitOfWork], Awaitable[T]], *, fenced_by: Lease | None = None
    ) -> T:
        for attempt in range(TRIES):
            try:
                async with self(fenced_by=fenced_by) as tx:
                    return await work(tx)
            except (LeaseLost, StorageFull):
                raise
            except (ChangedMeanwhile, Unavailable):
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(min(5.0, 0.1 * 2**attempt))
        raise AssertionError("unreachable")
