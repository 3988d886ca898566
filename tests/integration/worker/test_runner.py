"""The worker with real Postgres and Valkey, and acts that fail, hang and are stopped."""

import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pixcrawler.adapters.postgres.engine import DatabaseUnavailable
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import Beat
from pixcrawler.domain.shared.errors import Conflict, StorageFull, Unavailable
from pixcrawler.entrypoints.worker.holding import OFTEN
from tests.fakes.aggregates import AT
from tests.integration.worker.stage import PATIENCE, Stage


async def nothing(_lease: Lease) -> None:
    pass


class Hanging:
    """An act that waits until it is cancelled or let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def __call__(self, _lease: Lease) -> None:
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class Failing:
    """An act that fails so many times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.times = times
        self.error = error
        self.tries = 0

    async def __call__(self, _lease: Lease) -> None:
        self.tries += 1
        if self.tries <= self.times:
            raise self.error


async def test_an_act_that_returns_is_closed_by_the_worker(stage: Stage) -> None:
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("done")
    assert (row.failures, row.lost_leases, row.lease_owner) == (0, 0, None)


async def test_an_act_may_close_its_task_by_itself(stage: Stage) -> None:
    async def closes(lease: Lease) -> None:
        async with stage.transaction(fenced_by=lease) as tx:
            await tx.commit(closing=lease)

    stage.act = closes
    await stage.add_task()
    async with stage.working():
        await stage.until("done")


async def test_a_bell_wakes_a_worker_long_before_it_looks_by_itself(stage: Stage) -> None:
    async with stage.working(stage.runner(poll=PATIENCE)):
        for number in range(1, 4):
            await stage.add_task()
            await stage.until(*["done"] * number)


@pytest.mark.parametrize("error", [ValueError("a bug"), Unavailable("away")])
async def test_what_may_pass_is_tried_again(stage: Stage, error: Exception) -> None:
    stage.act = failing = Failing(2, error)
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("done")
    assert (failing.tries, row.failures) == (3, 2)


async def test_after_the_last_attempt_the_task_is_given_up(stage: Stage) -> None:
    told: list[Exception] = []

    async def last(_lease: Lease, error: Exception) -> None:
        told.append(error)

    error = ValueError("a bug\nwith a second line")
    stage.act = failing = Failing(99, error)
    stage.last_act = last
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("failed")
    assert failing.tries == 3
    assert told == [error]
    assert row.last_error == "ValueError: a bug"


async def test_a_task_without_a_last_act_is_failed_all_the_same(stage: Stage) -> None:
    stage.act = Failing(99, ValueError("a bug"))
    stage.attempts = 1
    await stage.add_task()
    async with stage.working():
        await stage.until("failed")


@pytest.mark.parametrize("error", [Conflict("no"), StorageFull("full")])
async def test_a_verdict_is_not_tried_again(stage: Stage, error: Exception) -> None:
    stage.act = failing = Failing(99, error)
    await stage.add_task()
    async with stage.working():
        await stage.until("failed")
    assert failing.tries == 1


async def test_the_databases_absence_burns_no_attempt(stage: Stage) -> None:
    stage.act = failing = Failing(5, DatabaseUnavailable("gone"))
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("done")
    assert (failing.tries, row.failures) == (6, 0)


async def test_one_failing_task_harms_no_other(stage: Stage) -> None:
    stage.act = Failing(1, ValueError("a bug"))
    stage.attempts = 1
    for _ in range(3):
        await stage.add_task()
    async with stage.working(stage.runner()):
        async with asyncio.timeout(PATIENCE):
            while sorted(row.state for row in await stage.rows()) != ["done", "done", "failed"]:
                await asyncio.sleep(0.02)


async def test_no_more_tasks_run_than_there_are_slots(stage: Stage) -> None:
    running, most = 0, 0

    async def act(_lease: Lease) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    stage.act = act
    for _ in range(6):
        await stage.add_task()
    async with stage.working():
        await stage.until(*["done"] * 6)
    assert most <= stage.slots


async def test_a_task_that_takes_too_long_has_failed(stage: Stage) -> None:
    stage.act = hanging = Hanging()
    stage.attempts = 1
    stage.timeout = type(stage.timeout)(seconds=0.1)
    await stage.add_task()
    async with stage.working():
        (row,) = await stage.until("failed")
    assert hanging.cancelled.is_set()
    assert row.last_error.startswith("TimeoutError")


async def test_stopping_lets_what_runs_reach_its_end(stage: Stage) -> None:
    async def drains(lease: Lease) -> None:
        while not lease.draining:
            await asyncio.sleep(0.01)

    stage.act = drains
    await stage.add_task()
    async with stage.working():
        await stage.until("running")
    (row,) = await stage.rows()
    assert (row.state, row.failures, row.lost_leases) == ("pending", 0, 0)


async def test_what_does_not_end_in_time_is_released_without_a_failure(stage: Stage) -> None:
    stage.act = hanging = Hanging()
    await stage.add_task()
    runner = stage.runner()
    running = asyncio.create_task(runner.run(patience=0.1))
    await asyncio.wait_for(hanging.begun.wait(), PATIENCE)
    runner.stop()
    await asyncio.wait_for(running, PATIENCE)
    (row,) = await stage.rows()
    assert hanging.cancelled.is_set()
    assert (row.state, row.failures, row.lost_leases) == ("pending", 0, 0)


async def test_who_lost_the_lease_is_cancelled_and_writes_nothing(stage: Stage) -> None:
    stage.act = hanging = Hanging()
    stage.lease = 0.9
    await stage.add_task()
    async with stage.working():
        await asyncio.wait_for(hanging.begun.wait(), PATIENCE)
        async with stage.engine.begin() as connection:
            stolen = (
                "UPDATE outbox SET token = token + 1, lease_owner = 'thief', lease_expires_at = 'infinity'"
            )
            await connection.execute(text(stolen))
        await asyncio.wait_for(hanging.cancelled.wait(), PATIENCE)
    (row,) = await stage.rows()
    assert (row.state, row.lease_owner, row.failures) == ("running", "thief", 0)


class Counting:
    """A queue that counts the heartbeats that were answered."""

    def __init__(self, queue: PostgresTaskQueue) -> None:
        self._queue = queue
        self.beats = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    async def beat(self, lease: Lease, *, extend: timedelta) -> Beat:
        answer = await self._queue.beat(lease, extend=extend)
        self.beats += 1
        return answer


async def test_work_of_a_stopped_job_ends_within_two_seconds(stage: Stage) -> None:
    """That is: with the first heartbeat that is asked after the stop, and they are a second apart."""
    assert OFTEN <= 1.0
    stage.act = hanging = Hanging()
    stage.queue = counting = Counting(stage.queue)
    await stage.add_task()
    async with stage.working():
        await asyncio.wait_for(hanging.begun.wait(), PATIENCE)
        async with stage.transaction() as tx:
            job = await tx.crawl_jobs.locked(stage.job.id)
            job.stop(at=AT)
            await tx.crawl_jobs.save(job)
            await tx.commit()
        before = counting.beats
        await asyncio.wait_for(hanging.cancelled.wait(), PATIENCE)
        assert counting.beats - before <= 2  # one may have been on its way
        (row,) = await stage.until("done")
    assert (row.failures, row.last_error) == (0, None)


@pytest.mark.long
async def test_the_heartbeat_keeps_a_long_task(stage: Stage) -> None:
    """The act lasts longer than the lease, and nobody else gets it."""
    begun = 0

    async def act(_lease: Lease) -> None:
        nonlocal begun
        begun += 1
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    stage.act = act
    stage.lease = 2.0
    await stage.add_task()
    async with stage.working(), stage.working():
        (row,) = await stage.until("done")
    assert (begun, row.lost_leases) == (1, 0)


async def test_a_task_that_lost_too_many_workers_is_given_up(stage: Stage) -> None:
    told: list[str] = []

    async def last(_lease: Lease, error: Exception) -> None:
        told.append(str(error))

    stage.last_act = last
    stage.lost_leases = 1
    await stage.add_task()
    for _ in range(2):
        await stage.queue.claim("crawl", stage.job.lane, worker="gone", lease=type(stage.timeout)(0))
    async with stage.working():
        await stage.until("failed")
    assert told == ["2 workers vanished while they worked on it."]
