"""Forgetting tasks that ended long ago."""

from datetime import timedelta
from typing import Any, cast

from pixcrawler.application.delivery.prune_tasks import AT_ONCE, PruneTasks
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.domain.shared.ids import TaskId
from tests.fakes.ids import CountingIds
from tests.fakes.memory_keys import MemoryKeyRing
from tests.fakes.memory_transaction import MemoryDatabase, MemoryTransaction


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


def prune(tasks: OldTasks) -> PruneTasks:
    queue = cast("TaskQueue", cast("Any", tasks))
    database = MemoryDatabase()
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
