"""The outbox as workers see it, on real Postgres."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import ClaimedTask
from tests.fakes.aggregates import AT

MINUTE = timedelta(minutes=1)
NO_TIME = timedelta(0)
NAME = "pixcrawler.test.act"


class Desk:
    """Puts tasks in and looks at them; ``queue`` is what is tested."""

    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.engine = engine
        self.url = url
        self.new_id = Uuid7()
        self.queue = self.worker()

    def worker(self, *names: str) -> PostgresTaskQueue:
        return PostgresTaskQueue(self.engine, url=self.url, names=names or (NAME,), new_id=self.new_id)

    async def put(self, **columns: Any) -> UUID:
        values: dict[str, Any] = {
            "id": self.new_id(),
            "name": NAME,
            "payload": b"{}",
            "queue": "crawl",
            "lane": "shared",
            "priority": 100,
            **columns,
        }
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        async with self.engine.begin() as connection:
            await connection.execute(text(f"INSERT INTO outbox ({names}) VALUES ({marks})"), values)
        key: UUID = values["id"]
        return key

    async def row(self, key: UUID) -> Any:
        async with self.engine.connect() as connection:
            return (await connection.execute(text("SELECT * FROM outbox WHERE id = :id"), {"id": key})).one()

    async def rows(self) -> list[Any]:
        async with self.engine.connect() as connection:
            return list(await connection.execute(text("SELECT * FROM outbox ORDER BY id")))

    async def claim(self, lease: timedelta = MINUTE, **where: str) -> ClaimedTask | None:
        place = {"queue": "crawl", "lane": "shared", **where}
        return await self.queue.claim(place["queue"], place["lane"], worker="me", lease=lease)

    async def lease(self, lease: timedelta = MINUTE) -> Lease:
        claimed = await self.claim(lease)
        assert claimed is not None
        return Lease(claimed.id, claimed.token)


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    engine = open_engine(PostgresConfig(url=database_url))
    yield Desk(engine, database_url)
    await engine.dispose()


async def order(desk: Desk) -> list[UUID]:
    claimed: list[UUID] = []
    while (task := await desk.claim()) is not None:
        claimed.append(task.id)
    return claimed


async def test_nothing_is_claimed_where_nothing_is(desk: Desk) -> None:
    assert await desk.claim() is None


async def test_a_claim_brings_all_that_a_worker_needs(desk: Desk) -> None:
    subject = desk.new_id()
    key = await desk.put(payload=b'{"a":1}', subject_id=subject, request_id="r-1", failures=2, lost_leases=1)
    claimed = await desk.claim()
    assert claimed == ClaimedTask(
        id=key,  # type: ignore[arg-type]
        name=NAME,
        payload=b'{"a":1}',
        token=1,
        failures=2,
        lost_leases=1,
        subject_id=subject,
        request_id="r-1",
    )
    row = await desk.row(key)
    assert (row.state, row.lease_owner) == ("running", "me")


async def test_the_smaller_priority_goes_first_then_the_older(desk: Desk) -> None:
    late = await desk.put(priority=200)
    first = await desk.put(priority=50)
    older, newer = await desk.put(), await desk.put()
    assert await order(desk) == [first, older, newer, late]


async def test_who_has_fewest_running_tasks_goes_first(desk: Desk) -> None:
    greedy, modest = desk.new_id(), desk.new_id()
    tasks = [await desk.put(owner_id=greedy) for _ in range(3)]
    other = await desk.put(owner_id=modest)
    assert await order(desk) == [tasks[0], other, *tasks[1:]]


async def test_a_vanished_workers_task_does_not_count_as_running(desk: Desk) -> None:
    owner, other = desk.new_id(), desk.new_id()
    lost = await desk.put(owner_id=owner, priority=1)
    await desk.claim(NO_TIME)
    mine, theirs = await desk.put(owner_id=owner), await desk.put(owner_id=other)
    assert await order(desk) == [lost, theirs, mine]


async def test_queues_and_lanes_are_apart(desk: Desk) -> None:
    await desk.put()
    assert await desk.claim(queue="build") is None
    assert await desk.claim(lane="local:1") is None
    assert await desk.claim() is not None


async def test_a_task_of_an_unknown_name_is_left(desk: Desk) -> None:
    key = await desk.put(name="pixcrawler.test.from_the_future", priority=1)
    assert await desk.claim() is None
    assert await desk.queue.due("shared") == {}
    newer = desk.worker("pixcrawler.test.from_the_future")
    claimed = await newer.claim("crawl", "shared", worker="new", lease=MINUTE)
    assert claimed is not None
    assert claimed.id == key


async def test_two_claimers_never_get_the_same(desk: Desk) -> None:
    keys = {await desk.put() for _ in range(20)}
    got = await asyncio.gather(*(order(desk) for _ in range(6)))
    flat = [key for part in got for key in part]
    assert len(flat) == len(set(flat)) == 20
    assert set(flat) == keys


async def test_an_expired_lease_is_claimed_again_and_counted_as_lost(desk: Desk) -> None:
    key = await desk.put()
    await desk.lease(NO_TIME)
    again = await desk.claim()
    assert again is not None
    assert (again.id, again.token, again.lost_leases, again.failures) == (key, 2, 1, 0)
    assert await desk.claim() is None


async def test_a_beat_keeps_the_lease(desk: Desk) -> None:
    await desk.put()
    lease = await desk.lease(NO_TIME)
    beat = await desk.queue.beat(lease, extend=MINUTE)
    assert (beat.held, beat.current) == (True, True)
    assert await desk.claim() is None


async def test_an_expired_lease_that_nobody_took_is_still_good(desk: Desk) -> None:
    key = await desk.put()
    lease = await desk.lease(NO_TIME)
    await desk.queue.close(lease)
    assert (await desk.row(key)).state == "done"


@pytest.mark.parametrize("act", ["beat", "close", "release", "repeat"])
async def test_only_a_newer_token_refuses(desk: Desk, act: str) -> None:
    key = await desk.put()
    stale = await desk.lease(NO_TIME)
    await desk.lease()
    if act == "beat":
        beat = await desk.queue.beat(stale, extend=MINUTE)
        assert (beat.held, beat.current) == (False, False)
    elif act == "repeat":
        await desk.queue.repeat(stale, "error", after=NO_TIME)
    else:
        await getattr(desk.queue, act)(stale)
    row = await desk.row(key)
    assert (row.state, row.token, row.failures, row.last_error) == ("running", 2, 0, None)


async def test_a_closed_task_is_done_and_never_claimed_again(desk: Desk) -> None:
    key = await desk.put()
    await desk.queue.close(await desk.lease())
    row = await desk.row(key)
    assert (row.state, row.lease_owner, row.lease_expires_at) == ("done", None, None)
    assert row.ended_at is not None
    assert await desk.claim() is None


async def test_a_task_closed_as_failing_is_failed_and_says_why(desk: Desk) -> None:
    key = await desk.put()
    lease = await desk.lease()
    lease.failing = "Broken: it broke"
    await desk.queue.close(lease)
    row = await desk.row(key)
    assert (row.state, row.last_error) == ("failed", "Broken: it broke")


async def test_a_release_counts_as_nothing(desk: Desk) -> None:
    key = await desk.put()
    await desk.queue.release(await desk.lease())
    again = await desk.claim()
    assert again is not None
    assert (again.id, again.failures, again.lost_leases) == (key, 0, 0)


async def test_a_repeat_counts_a_failure_and_waits(desk: Desk) -> None:
    key = await desk.put()
    await desk.queue.repeat(await desk.lease(), "Broken: it broke", after=MINUTE)
    assert await desk.claim() is None
    assert await desk.queue.due("shared") == {}
    row = await desk.row(key)
    assert (row.state, row.failures, row.last_error) == ("pending", 1, "Broken: it broke")


async def test_a_repeat_whose_time_has_come_is_claimed(desk: Desk) -> None:
    await desk.put()
    await desk.queue.repeat(await desk.lease(), "x" * 9_000, after=NO_TIME)
    again = await desk.claim()
    assert again is not None
    assert (again.failures, again.lost_leases) == (1, 0)


async def test_what_is_due_is_counted_by_queue(desk: Desk) -> None:
    for queue in ("crawl", "crawl", "build"):
        await desk.put(queue=queue)
    await desk.put(lane="local:1")
    await desk.claim(NO_TIME)
    assert await desk.queue.due("shared") == {"crawl": 2, "build": 1}
    await desk.claim()
    assert await desk.queue.due("shared") == {"crawl": 1, "build": 1}


async def test_taking_over_frees_what_a_lanes_gone_worker_held(desk: Desk) -> None:
    await desk.put(lane="local:1")
    await desk.put()
    held = await desk.claim(lane="local:1")
    other = await desk.lease()
    assert held is not None
    assert await desk.queue.take_over("local:1") == 1
    beat = await desk.queue.beat(Lease(held.id, held.token), extend=MINUTE)
    assert not beat.held
    assert (await desk.queue.beat(other, extend=MINUTE)).held
    again = await desk.claim(lane="local:1")
    assert again is not None
    assert (again.id, again.lost_leases) == (held.id, 0)
    assert again.token > held.token


async def test_only_what_ended_long_ago_is_pruned_and_not_too_much_at_once(desk: Desk) -> None:
    for _ in range(5):
        await desk.put(state="done", ended_at=AT - timedelta(days=400))
    for _ in range(2):
        await desk.put(state="failed", ended_at=AT - timedelta(days=400))
    kept = [await desk.put(state="done", ended_at=AT + timedelta(days=40_000)), await desk.put()]
    assert await desk.queue.prune(older_than=timedelta(days=7), most=4) == 4
    assert await desk.queue.prune(older_than=timedelta(days=7), most=4) == 3
    assert await desk.queue.prune(older_than=timedelta(days=7), most=4) == 0
    assert [row.id for row in await desk.rows()] == kept


async def tick(desk: Desk, every: timedelta, name: str = "nightly") -> bool:
    return await desk.queue.tick(name, every=every, task=NAME, queue="upkeep", lane="shared")


async def test_many_workers_make_one_task_of_a_tick(desk: Desk) -> None:
    made = await asyncio.gather(*(tick(desk, MINUTE) for _ in range(10)))
    assert sum(made) == 1
    (row,) = await desk.rows()
    assert (row.name, row.queue, row.payload) == (NAME, "upkeep", b"{}")
    assert await desk.claim(queue="upkeep") is not None


async def test_missed_ticks_become_one(desk: Desk) -> None:
    await tick(desk, MINUTE)
    async with desk.engine.begin() as connection:
        await connection.execute(text("UPDATE schedules SET next_at = next_at - interval '3 days'"))
    assert [await tick(desk, MINUTE) for _ in range(3)] == [True, False, False]
    assert len(await desk.rows()) == 2


async def test_schedules_are_apart(desk: Desk) -> None:
    assert await tick(desk, MINUTE)
    assert await tick(desk, MINUTE, "hourly")
