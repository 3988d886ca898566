"""What waits in the outbox, by queue."""

from datetime import UTC, datetime, timedelta

from pixcrawler.adapters.postgres.backlog import backlog
from tests.contract.test_task_queue import Desk, desk

__all__ = ["desk"]


async def test_what_is_due_and_what_runs_is_counted_by_queue(desk: Desk) -> None:
    late = datetime.now(UTC) - timedelta(hours=5)
    await desk.put(queue="crawl", due_at=late)
    await desk.put(queue="crawl", due_at=late)
    await desk.put(queue="build", due_at=late - timedelta(hours=5))
    await desk.put(queue="search", due_at=datetime.now(UTC) + timedelta(hours=1))
    await desk.put(queue="prompt", lane="local:1", due_at=late)
    assert await desk.claim() is not None
    found = await backlog(desk.engine, "shared")
    told = {name: (one.waiting, one.running) for name, one in found.queues.items()}
    assert told == {"crawl": (1, 1), "build": (1, 0), "search": (0, 0)}
    assert (found.waiting, found.running) == (2, 1)
    assert found.queues["search"].oldest_seconds is None
    assert found.queues["crawl"].oldest_seconds is not None
    assert 18_000 <= found.queues["crawl"].oldest_seconds < 36_000 <= (found.oldest_seconds or 0)


async def test_an_empty_outbox_has_no_backlog(desk: Desk) -> None:
    found = await backlog(desk.engine, "shared")
    assert (found.waiting, found.running, found.oldest_seconds) == (0, 0, None)
