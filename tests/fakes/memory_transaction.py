"""Units of work in memory: one at a time, on a copy that replaces the tables when it is committed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import msgspec

from pixcrawler.application.delivery.reactions import reactions_to
from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Reaction
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import ChangedMeanwhile, LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import TaskId, UserId
from tests.fakes import memory_repositories as repositories
from tests.fakes.ids import CountingIds
from tests.fakes.memory_answers import MemoryAnswers, MemoryJobLog
from tests.fakes.memory_blocks import MemoryBlocks
from tests.fakes.memory_candidates import MemoryCandidates, MemoryImages
from tests.fakes.memory_copies import MemoryCopies
from tests.fakes.memory_datasets import MemoryDatasets, MemoryExports, MemoryVersions
from tests.fakes.memory_keys import MemoryApiKeys
from tests.fakes.memory_known_pictures import MemoryKnownPictures
from tests.fakes.memory_labels import MemoryImageLabels
from tests.fakes.memory_notifications import MemoryNotifications, MemoryPreferences
from tests.fakes.memory_policies import (
    MemoryArchivalPolicies,
    MemoryCleanupPolicies,
    MemoryExecutions,
    MemoryHoldings,
)
from tests.fakes.memory_schedules import MemorySchedules
from tests.fakes.memory_tables import ActivityEntry, Tables, TaskEntry
from tests.fakes.memory_validations import (
    MemoryLooks,
    MemoryValidationChunks,
    MemoryValidationLevels,
    MemoryValidations,
)

T = TypeVar("T")
TRIES = 8
Reactions = Callable[[Event], Sequence[Reaction]]
RequestId = Callable[[], str | None]
change = msgspec.structs.replace


def no_request() -> None:
    """Nobody asked from outside."""


def work_of(event: Event) -> Sequence[Reaction]:
    """What an event causes, but telling people of it: for tests of what is told to nobody."""
    return [one for one in reactions_to(event) if not one.tells]


class MemoryDatabase:
    """The tables, and every event that was ever committed.

    ``refusals`` are raised by the next commits instead of committing; ``lost_answers`` by the next
    commits after they did commit.
    """

    def __init__(self) -> None:
        self.tables = Tables()
        self.events: list[Event] = []
        self.refusals: list[Exception] = []
        self.lost_answers: list[Exception] = []
        self.lock = asyncio.Lock()

    def tasks(self, *states: str, name: str = "") -> list[TaskEntry]:
        """In the order in which a worker would take them."""
        wanted = states or ("pending",)
        found = [t for t in self.tables.tasks.values() if t.state in wanted and name in t.name]
        return sorted(found, key=lambda task: (task.priority, task.id))

    def claim(self, task: TaskEntry) -> Lease:
        """Claimed once more, the earlier lease is lost."""
        held = change(task, state="running", token=self.tables.tasks[task.id].token + 1)
        self.tables.tasks[task.id] = held
        return Lease(task.id, held.token, task.lane)

    def release(self, lease: Lease) -> None:
        task = self.tables.tasks[lease.task_id]
        self.tables.tasks[lease.task_id] = change(task, state="pending")


class MemoryUnitOfWork:
    def __init__(
        self,
        database: MemoryDatabase,
        reactions: Reactions,
        new_id: NewId,
        request_id: RequestId,
        fence: Lease | None,
    ) -> None:
        self._database = database
        self._tables = database.tables.copy()
        self._reactions = reactions
        self._new_id = new_id
        self._request_id = request_id
        self._fence = fence
        self._events: list[Event] = []
        self._tasks: list[TaskEntry] = []
        self.profiles = repositories.MemoryProfiles(self._tables)
        self.api_keys = MemoryApiKeys(self._tables)
        self.projects = repositories.MemoryProjects(self._tables)
        self.crawl_jobs = repositories.MemoryCrawlJobs(self._tables)
        self.schedules = MemorySchedules(self._tables)
        self.notifications = MemoryNotifications(self._tables)
        self.preferences = MemoryPreferences(self._tables)
        self.queries = repositories.MemoryQueries(self._tables)
        self.chunks = repositories.MemoryChunks(self._tables)
        self.candidates = MemoryCandidates(self._tables, new_id)
        self.images = MemoryImages(self._tables)
        self.copies = MemoryCopies(self._tables)
        self.known_pictures = MemoryKnownPictures(self._tables)
        self.labels = MemoryImageLabels(self._tables)
        self.blocks = MemoryBlocks(self._tables)
        self.datasets = MemoryDatasets(self._tables)
        self.versions = MemoryVersions(self._tables)
        self.exports = MemoryExports(self._tables)
        self.archival_policies = MemoryArchivalPolicies(self._tables)
        self.cleanup_policies = MemoryCleanupPolicies(self._tables)
        self.executions = MemoryExecutions(self._tables)
        self.holdings = MemoryHoldings(self._tables)
        self.validations = MemoryValidations(self._tables)
        self.validation_chunks = MemoryValidationChunks(self._tables)
        self.looks = MemoryLooks(self._tables)
        self.validation_levels = MemoryValidationLevels(self._tables)
        self.answers = MemoryAnswers(self._tables)
        self.job_log = MemoryJobLog(self._tables, new_id, request_id)

    def record(self, *events: Event, owner: UserId | None, lane: str) -> None:
        for event in events:
            self._events.append(event)
            caused = [one for one in self._reactions(event) if lane == SHARED or not one.tells]
            self._tasks += [self._task(event, one, owner, lane) for one in caused]

    @property
    def task_ids(self) -> tuple[TaskId, ...]:
        return tuple(task.id for task in self._tasks)

    def audit(
        self, act: Act, subject: UUID, *, by: Actor | None, owner: UserId | None, **about: str | int | UUID
    ) -> None:
        key = self._new_id()
        self._tables.activity[key] = ActivityEntry(
            id=key,
            act=act,
            subject_id=subject,
            owner_id=owner,
            actor_id=by.id if by else None,
            key_id=by.key_id if by else None,
            about=msgspec.to_builtins(about),
            request_id=self._request_id(),
        )

    async def commit(self, *, closing: Lease | None = None) -> None:
        if self._database.refusals:
            raise self._database.refusals.pop(0)
        if closing is not None:
            self._close(closing)
        elif self._fence is not None:
            self._held(self._fence)
        self._database.events += self._events
        self._tables.tasks |= {task.id: task for task in self._tasks}
        self._database.tables = self._tables
        if self._database.lost_answers:
            raise self._database.lost_answers.pop(0)
        if closing is not None:
            closing.closed = True

    def _task(self, event: Event, reaction: Reaction, owner: UserId | None, lane: str) -> TaskEntry:
        return TaskEntry(
            id=TaskId(self._new_id()),
            name=reaction.task,
            payload=msgspec.json.encode(event),
            queue=reaction.queue,
            priority=reaction.priority,
            lane=lane,
            owner_id=owner,
            subject_id=None if reaction.tells else event.subject_id,
            run=None if reaction.tells else getattr(event, "run", None),
            request_id=self._request_id(),
        )

    def _held(self, lease: Lease) -> TaskEntry:
        task = self._database.tables.tasks.get(lease.task_id)
        if task is None or task.token != lease.token or task.state != "running":
            raise LeaseLost("Another worker has taken over this task.")
        return task

    def _close(self, lease: Lease) -> None:
        state = "done" if lease.failing is None else "failed"
        ended = change(self._held(lease), state=state, error=lease.failing)
        self._tables.tasks[lease.task_id] = ended


class MemoryTransaction:
    """Implements the ``Transaction`` port. Repeats at once, where the real one waits."""

    def __init__(
        self,
        database: MemoryDatabase | None = None,
        *,
        reactions: Reactions = reactions_to,
        new_id: NewId | None = None,
        request_id: RequestId = no_request,
    ) -> None:
        self.database = database or MemoryDatabase()
        self._reactions = reactions
        self._new_id = new_id or CountingIds()
        self._request_id = request_id

    @asynccontextmanager
    async def __call__(
        self,
        *,
        fenced_by: Lease | None = None,
        brief: bool = False,  # noqa: ARG002 -- all are alike here
    ) -> AsyncIterator[MemoryUnitOfWork]:
        async with self.database.lock:
            yield MemoryUnitOfWork(self.database, self._reactions, self._new_id, self._request_id, fenced_by)

    async def repeated(
        self,
        work: Callable[[MemoryUnitOfWork], Awaitable[T]],
        *,
        fenced_by: Lease | None = None,
        in_turn: UUID | None = None,  # noqa: ARG002 -- all take turns here
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
        raise AssertionError("unreachable")
