"""Forgetting tasks that ended long ago."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pixcrawler.application.delivery.prune_tasks import AT_ONCE, PruneTasks
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.domain.shared.ids import TaskId
from tests.fakes.aggregates import Aggregates
from tests.fakes.ids import CountingIds
from tests.fakes.memory_keys import MemoryKeyRing
from tests.fakes.memory_transaction import MemoryDatabase, MemoryTransaction
from tests.fakes.platform_aggregates import notification


class OldTasks:
    """So many tasks that ended long ago."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.asked: list[tuple[timedelta, int]] = []

    async def prune(self, *, older_than: timedelta, most: int) -> int:
        self.asked.append((older_than, most))
        gone = min(self.number, most)
        self.number -= gone
        return gone


def lease(*, draining: bool = False) -> Lease:
    return Lease(TaskId(CountingIds()()), 1, draining=draining)


def prune(tasks: OldTasks, database: MemoryDatabase | None = None) -> PruneTasks:
    queue = cast("TaskQueue", cast("Any", tasks))
    database = database or MemoryDatabase()
    return PruneTasks(
        tasks=queue,
        transaction=MemoryTransaction(database),
        keys=MemoryKeyRing(database),
        retention=timedelta(days=7),
    )


async def test_tasks_are_deleted_in_small_parts_until_none_is_left() -> None:
    tasks = OldTasks(2 * AT_ONCE + 5)
    await prune(tasks)({}, lease=lease())
    assert tasks.number == 0
    assert tasks.asked == [(timedelta(days=7), AT_ONCE)] * 3


async def test_a_draining_worker_deletes_no_more() -> None:
    tasks = OldTasks(5)
    await prune(tasks)({}, lease=lease(draining=True))
    assert tasks.asked == []


async def test_what_people_were_told_is_forgotten_a_quarter_after_they_read_it_or_a_year() -> None:
    database, ids, now = MemoryDatabase(), CountingIds(), datetime.now(UTC)
    ann = Aggregates(ids).profile()
    told = {
        (days, read): notification(
            ids, ann, created_at=now - timedelta(days=days), read_at=now if read else None
        )
        for days in (1, 89, 91, 364, 366)
        for read in (True, False)
    }
    database.tables.notifications.update({one.id: one for one in told.values()})
    await prune(OldTasks(0), database)({}, lease=lease())
    left = {which for which, one in told.items() if one.id in database.tables.notifications}
    assert left == {(1, True), (1, False), (89, True), (89, False), (91, False), (364, False)}
