"""One transaction: repositories, the events it recorded, the fence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import TypeVar
from uuid import UUID
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy import bindparam, func, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from pixcrawler.adapters.postgres.engine import DatabaseTooSlow, translating, unbegun
from pixcrawler.adapters.postgres.repositories import Repositories, RequestId
from pixcrawler.adapters.postgres.tables import OutboxRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Reaction
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile, LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import TaskId, UserId

T = TypeVar("T")
TRIES = 8
"""Together about 20 s: long enough for Postgres to restart, shorter than a lease."""

Reactions = Callable[[Event], Sequence[Reaction]]

OUTBOX = table_of(OutboxRow)
HELD = (
    update(OUTBOX)
    .where(
        OUTBOX.c.id == bindparam("its_id"),
        OUTBOX.c.token == bindparam("its_token"),
        OUTBOX.c.state == "running",
    )
    .returning(OUTBOX.c.id)
)
FORGIVE = HELD.values(lost_leases=0)
CLOSE = HELD.values(
    state=bindparam("its_state"),
    last_error=func.coalesce(bindparam("its_error", type_=OUTBOX.c.last_error.type), OUTBOX.c.last_error),
    lease_owner=None,
    lease_expires_at=None,
    ended_at=func.clock_timestamp(),
)
"""Built once: to build one takes longer than Postgres takes to do it, and each batch of fates needs some."""


def no_request() -> None:
    """Nobody asked from outside."""


class PostgresUnitOfWork(Repositories):
    """See the port. Row locks are taken in the order job, task, chunk, images; profiles after jobs."""

    def __init__(
        self,
        session: AsyncSession,
        reactions: Reactions,
        new_id: NewId,
        request_id: RequestId,
        fence: Lease | None,
    ) -> None:
        super().__init__(session, new_id, request_id, fence)
        self._reactions = reactions

    @property
    def task_ids(self) -> tuple[TaskId, ...]:
        return tuple(TaskId(task["id"]) for task in self._parting.tasks)

    def record(self, *events: Event, owner: UserId | None, lane: str) -> None:
        for event in events:
            for reaction in self._reactions(event):
                if reaction.tells and lane != SHARED:
                    continue
                self._parting.tasks.append(
                    {
                        "id": self._new_id(),
                        "name": reaction.task,
                        "payload": msgspec.json.encode(event),
                        "queue": reaction.queue,
                        "priority": reaction.priority,
                        "lane": lane,
                        "owner_id": owner,
                        "subject_id": None if reaction.tells else event.subject_id,
                        "run": None if reaction.tells else getattr(event, "run", None),
                        "request_id": self._request_id(),
                    }
                )

    def audit(
        self, act: Act, subject: UUID, *, by: Actor | None, owner: UserId | None, **about: str | int | UUID
    ) -> None:
        self._parting.activity.append(
            {
                "id": self._new_id(),
                "act": act.value,
                "subject_id": subject,
                "owner_id": owner,
                "actor_id": by.id if by else None,
                "key_id": by.key_id if by else None,
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

    async def _close(self, lease: Lease) -> None:
        """Only the token decides: an expired lease that nobody has taken over is still good."""
        values = {
            "its_id": lease.task_id,
            "its_token": lease.token,
            "its_state": "done" if lease.failing is None else "failed",
            "its_error": lease.failing,
        }
        closed = await self._session.execute(CLOSE, values)
        if closed.first() is None:
            raise LeaseLost("Another worker has taken over this task.")

    async def _check(self, lease: Lease) -> None:
        """A recorded batch also forgives the leases that were lost on the way to it."""
        values = {"its_id": lease.task_id, "its_token": lease.token}
        held = await self._session.execute(FORGIVE, values)
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
        self._unbegun = unbegun(engine)
        self._reactions = reactions
        self._new_id = new_id
        self._request_id = request_id
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def __call__(
        self, *, fenced_by: Lease | None = None, brief: bool = False
    ) -> AsyncIterator[PostgresUnitOfWork]:
        engine = self._unbegun if brief and fenced_by is None else self._engine
        with translating():
            async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as session:
                yield PostgresUnitOfWork(session, self._reactions, self._new_id, self._request_id, fenced_by)

    async def repeated(
        self,
        work: Callable[[PostgresUnitOfWork], Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,
    ) -> T:
        for attempt in range(TRIES):
            try:
                async with self._turn(in_turn), self(fenced_by=fenced_by) as tx:
                    return await work(tx)
            except (LeaseLost, StorageFull, DatabaseTooSlow):
                raise
            except (ChangedMeanwhile, Unavailable):
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(min(5.0, 0.1 * 2**attempt))
        raise AssertionError("unreachable")

    def _turn(self, of: UUID | None) -> AbstractAsyncContextManager[object]:
        """Who waits for it holds no connection: for each, Postgres would keep megabytes of caches."""
        if of is None:
            return nullcontext()
        lock = self._turns.get(of)
        if lock is None:
            lock = self._turns[of] = asyncio.Lock()
        return lock
