"""A worker's surroundings: real outbox and bells, and a task whose act each test writes itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.queue.saq_bells import SaqBells
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Reaction
from pixcrawler.bootstrap.logs import request_id
from pixcrawler.domain.crawling.events import JobFilled
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.entrypoints.worker.runner import Pace, Runner
from pixcrawler.entrypoints.worker.task import Patience, Task, task
from tests.fakes.aggregates import AT, Aggregates

NAME = "pixcrawler.test.act"
PATIENCE = 30.0
Act = Callable[[Lease], Awaitable[None]]
LastAct = Callable[[Lease, Exception], Awaitable[None]]


@dataclass
class Stage:
    """``act`` is what the task does; ``last_act`` what giving it up does, if anything."""

    engine: AsyncEngine
    url: str
    bells: SaqBells
    act: Act
    last_act: LastAct | None = None
    attempts: int = 3
    timeout: timedelta = timedelta(minutes=5)
    lease: float = 30.0
    lost_leases: int = 10
    slots: int = 2
    job: CrawlJob = field(init=False)

    def __post_init__(self) -> None:
        self.new_id = Uuid7()
        reaction = Reaction(NAME, "crawl")
        self.transaction = PostgresTransaction(
            self.engine, reactions=lambda _: [reaction], new_id=self.new_id, request_id=request_id
        )
        self.queue: Any = PostgresTaskQueue(self.engine, url=self.url, names=[NAME], new_id=self.new_id)

    async def add_job(self) -> None:
        make = Aggregates(self.new_id)
        profile = make.profile()
        project = make.project(profile)
        self.job = make.job(project)
        async with self.transaction() as tx:
            await tx.profiles.add(profile)
            await tx.projects.add(project)
            await tx.crawl_jobs.add(self.job)
            await tx.commit()

    async def add_task(self) -> None:
        async with self.transaction() as tx:
            filled = JobFilled(at=AT, job_id=self.job.id, run=self.job.run)
            tx.record(filled, owner=self.job.owner_id, lane=self.job.lane)
            await tx.commit()

    def tasks(self) -> dict[str, Task]:
        patience = Patience(self.timeout, self.attempts, timedelta(seconds=0.01))

        async def act(_payload: JobFilled, *, lease: Lease) -> None:
            await self.act(lease)

        async def give_up(_payload: JobFilled, *, lease: Lease, error: Exception) -> None:
            assert self.last_act is not None
            await self.last_act(lease, error)

        ending = give_up if self.last_act else None
        return {NAME: task(NAME, JobFilled, act, patience, give_up=ending)}

    def runner(self, *, poll: float = 0.05, on_rest: Callable[[], None] = lambda: None) -> Runner:
        slots = {"crawl": self.slots, "upkeep": 1}
        return Runner(
            queue=self.queue,
            bells=self.bells,
            tasks=self.tasks(),
            lane=self.job.lane,
            name="test",
            pace=Pace(slots=slots, lease=self.lease, poll=poll, lost_leases=self.lost_leases),
            on_rest=on_rest,
        )

    @asynccontextmanager
    async def working(self, runner: Runner | None = None) -> AsyncIterator[Runner]:
        runner = runner or self.runner()
        running = asyncio.create_task(runner.run(patience=5.0))
        try:
            yield runner
        finally:
            runner.stop()
            await asyncio.wait_for(running, PATIENCE)

    async def rows(self) -> list[Any]:
        statement = text("SELECT * FROM outbox WHERE name = :name ORDER BY id")
        async with self.engine.connect() as connection:
            return list(await connection.execute(statement, {"name": NAME}))

    async def until(self, *states: str) -> list[Any]:
        """The tasks, once they are in these states."""
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = await self.rows()
                if [row.state for row in rows] == list(states):
                    return rows
                await asyncio.sleep(0.02)
