"""The worker: claims tasks, keeps their leases alive, sees each to its fate."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from pixcrawler.application.delivery.periodic import EVERYWHERE, PLATFORMS
from pixcrawler.application.delivery.reactions import PROMPT, UPKEEP
from pixcrawler.application.ports.bells import Bells
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import ClaimedTask, TaskQueue
from pixcrawler.application.ports.waiting import ended
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.shared.errors import LeaseLost, Unavailable
from pixcrawler.entrypoints.worker.holding import held
from pixcrawler.entrypoints.worker.task import Task, may_be_repeated

log = structlog.get_logger(__name__)

GONE = (CrawlJobNotFound, DatasetNotFound, DatasetVersionNotFound, ExportNotFound)
"""What a task works on was deleted meanwhile."""
ASIDE = 3
"""Times its slots that a worker may have tasks beside them which only wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds, and tasks at once by queue. ``lost_leases`` is how often a task may lose its worker."""

    slots: Mapping[str, int]
    lease: float
    poll: float
    lost_leases: int


@dataclass(slots=True, kw_only=True)
class Runner:
    """Serves one lane. ``stop()`` ends it cleanly: nothing new is begun, what runs reaches a checkpoint.

    ``on_rest`` is called whenever the last task that ran has ended.
    """

    queue: TaskQueue
    bells: Bells
    tasks: Mapping[str, Task]
    lane: str
    name: str
    pace: Pace
    on_rest: Callable[[], None]
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[asyncio.Task[None], Lease] = field(default_factory=dict)
    _busy: Counter[str] = field(default_factory=Counter)
    _aside: Counter[str] = field(default_factory=Counter)
    _hints: set[str] = field(default_factory=set)

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        for lease in self._running.values():
            lease.draining = True

    async def run(self, *, patience: float) -> None:
        """Until ``stop()``; then wait at most ``patience`` seconds for what runs, and release the rest."""
        self._hints.update(self.pace.slots)
        async with self.bells.hear(self.lane, self._hint):
            relay = asyncio.create_task(self._relay())
            try:
                while not self._stopping.is_set():
                    await self._look()
                    try:
                        async with asyncio.timeout(self.pace.poll):
                            await self._wake.wait()
                    except TimeoutError:
                        self._hints.update(self.pace.slots)
                    self._wake.clear()
            finally:
                relay.cancel()
                await self._see_out(patience)
                await ended(relay)

    def _hint(self, queue: str) -> None:
        """There may be work in this queue: look there now."""
        self._hints.add(queue)
        self._wake.set()

    async def _look(self) -> None:
        """Claim from the queues that were hinted at until nothing is due or no slot is free."""
        hints, self._hints = self._hints, set()
        try:
            for queue, slots in self.pace.slots.items():
                while queue in hints and self._busy[queue] < slots and not self._stopping.is_set():
                    lease = timedelta(seconds=self.pace.lease)
                    claimed = await self.queue.claim(queue, self.lane, worker=self.name, lease=lease)
                    if claimed is None:
                        break
                    self._begin(claimed, queue)
        except Unavailable as error:
            log.warning("cannot_claim", error=str(error))

    def _begin(self, claimed: ClaimedTask, queue: str) -> None:
        lease = Lease(claimed.id, claimed.token, self.lane)
        running = asyncio.create_task(self._serve(claimed, lease), name=claimed.name)
        self._running[running] = lease
        self._busy[queue] += 1
        counted = self._busy

        def aside() -> None:
            nonlocal counted
            free = self._aside[queue] < ASIDE * self.pace.slots[queue]
            if free and counted is self._busy and running in self._running:
                counted = self._aside
                self._busy[queue] -= 1
                self._aside[queue] += 1
                self._hint(queue)

        lease.step_aside = aside

        def over(done: asyncio.Task[None]) -> None:
            self._running.pop(done, None)
            counted[queue] -= 1
            self._hint(queue)
            if not done.cancelled() and done.exception() is not None:
                log.error("task_lost", task=claimed.name, task_id=str(claimed.id), exc_info=done.exception())
            if not self._running:
                self.on_rest()

        running.add_done_callback(over)

    async def _serve(self, claimed: ClaimedTask, lease: Lease) -> None:
        with structlog.contextvars.bound_contextvars(**_named(claimed)):
            known = self.tasks[claimed.name]
            if claimed.lost_leases > self.pace.lost_leases:
                error = Unavailable(f"{claimed.lost_leases} workers vanished while they worked on it.")
                log.error("task_given_up", error=_line(error))
                await self._give_up(known, claimed, lease, error)
                return
            log.info("task_started")
            try:
                async with (
                    held(self.queue, lease, self.pace.lease),
                    asyncio.timeout(known.timeout.total_seconds()),
                ):
                    await known.run(claimed.payload, lease)
            except LeaseLost:
                log.info("task_taken_over")
            except asyncio.CancelledError:
                await self._let_go(lease)
                raise
            except Exception as error:  # noqa: BLE001 -- the task's fate is decided here, whatever it raised
                await self._failed(known, claimed, lease, error)
            else:
                await self._done(lease)

    async def _done(self, lease: Lease) -> None:
        """An act that has not closed its task by itself is done, unless it broke off to let us end."""
        if not lease.closed:
            await self._patiently(self.queue.release if lease.draining else self.queue.close, lease)
        log.info("task_done", draining=lease.draining)

    async def _failed(self, known: Task, claimed: ClaimedTask, lease: Lease, error: Exception) -> None:
        if isinstance(error, Unavailable) and error.code == "DATABASE_UNAVAILABLE":
            log.warning("database_away")
            await self._patiently(self.queue.release, lease)
            return
        if isinstance(error, GONE):
            log.info("task_of_something_deleted")
            await self.queue.close(lease)
            return
        if may_be_repeated(error) and claimed.failures + 1 < known.attempts:
            pause = known.delay * 2**claimed.failures * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter
            log.warning("task_failed", error=_line(error), again_in=round(pause.total_seconds(), 1))
            await self.queue.repeat(lease, _line(error), after=pause)
            return
        log.error("task_given_up", error=_line(error), exc_info=not isinstance(error, Unavailable) and error)
        await self._give_up(known, claimed, lease, error)

    async def _give_up(self, known: Task, claimed: ClaimedTask, lease: Lease, error: Exception) -> None:
        lease.failing = _line(error)
        try:
            if known.give_up is not None:
                async with asyncio.timeout(known.timeout.total_seconds()):
                    await known.give_up(claimed.payload, lease, error)
        except LeaseLost:
            return
        except GONE:
            log.info("task_of_something_deleted")
        if not lease.closed:
            await self.queue.close(lease)

    async def _patiently(self, act: Callable[[Lease], Awaitable[None]], lease: Lease) -> None:
        """While the database is away, until the lease has expired and others take the task anyway."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.pace.lease
        while True:
            try:
                await act(lease)
            except Unavailable:
                if loop.time() >= deadline or self._stopping.is_set():
                    raise
                await asyncio.sleep(0.5)
            else:
                return

    async def _let_go(self, lease: Lease) -> None:
        with contextlib.suppress(Unavailable, LeaseLost):
            await asyncio.shield(self.queue.release(lease))

    async def _see_out(self, patience: float) -> None:
        for lease in self._running.values():
            lease.draining = True
        if self._running:
            await asyncio.wait(set(self._running), timeout=patience)
        for running in list(self._running):
            running.cancel()
        if self._running:
            await asyncio.wait(set(self._running), timeout=2.0)

    async def _relay(self) -> None:
        """Ring for what is due, when told and once a second; and turn schedules into tasks."""
        while not self._stopping.is_set():
            try:
                async with self.queue.listen() as told, asyncio.TaskGroup() as group:
                    self._hints.update(self.pace.slots)  # of what came before, nobody is told any more
                    self._wake.set()
                    group.create_task(self._ring_when_told(told))
                    group.create_task(self._ring_by_the_clock())
            except* Exception as lost:  # noqa: BLE001 -- whatever it was, tasks go on being told of
                log.warning("relay_starts_again", error=_line(lost.exceptions[0]))
            await asyncio.sleep(self.pace.poll)

    async def _ring_when_told(self, told: AsyncIterator[str]) -> None:
        async for queue in told:
            self._hint(queue)
            await self._ring()
        raise Unavailable("The database closed the connection that listens.")

    async def _ring_by_the_clock(self) -> None:
        while True:
            await asyncio.sleep(
                max(1.0, self.pace.poll)
            )  # first, as what is there is looked at without bells
            for name, (task_name, every) in EVERYWHERE.items():
                await self.queue.tick(name, every=every, task=task_name, queue=UPKEEP, lane=self.lane)
            if self.lane == SHARED:
                for name, (task_name, every) in PLATFORMS.items():
                    await self.queue.tick(name, every=every, task=task_name, queue=PROMPT, lane=SHARED)
            await self._ring()

    async def _ring(self) -> None:
        for queue, number in (await self.queue.due(self.lane)).items():
            await self.bells.ring(self.lane, queue, wanted=number, most=2 * self.pace.slots.get(queue, 1))


def _named(claimed: ClaimedTask) -> dict[str, str]:
    """What each line of the log says about the task; tasks that it causes inherit its request."""
    names = {"task": claimed.name, "task_id": str(claimed.id)}
    return names if claimed.request_id is None else {**names, "request_id": claimed.request_id}


def _line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:500]
