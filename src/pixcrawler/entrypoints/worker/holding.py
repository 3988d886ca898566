"""Keeping a lease alive while its task runs."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.tasks import TaskQueue
from pixcrawler.application.ports.waiting import stopped
from pixcrawler.domain.shared.errors import DomainError, LeaseLost

OFTEN = 1.0
"""Seconds between heartbeats at most, so that a stopped job's work ends within 2 s."""

SELDOM = 10.0
"""Seconds between two lines in the log about a task that takes long."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def held(
    queue: TaskQueue, lease: Lease, seconds: float, *, seldom: float = SELDOM
) -> AsyncIterator[None]:
    """Beat while the body runs. The body is cancelled when its lease is lost, which raises LeaseLost; or
    when its job's run no longer counts, which ends it quietly, as there is nothing left to do."""
    body = asyncio.current_task()
    assert body is not None
    ended: list[str] = []

    async def beat() -> None:
        began = told = time.monotonic()
        while True:
            if time.monotonic() - told >= seldom:
                told = time.monotonic()
                log.info("task_goes_on", seconds=round(told - began))
            await asyncio.sleep(min(OFTEN, seconds / 3))
            try:
                answer = await queue.beat(lease, extend=timedelta(seconds=seconds))
            except Exception as error:  # whatever it was: without heartbeats others would begin the same work
                bug = None if isinstance(error, DomainError) else error
                log.warning("heartbeat_failed", error=str(error), exc_info=bug)
                continue
            if lease.closed or (answer.held and answer.current):
                continue
            ended.append("stopped" if answer.held else "lost")
            body.cancel()
            return

    beating = asyncio.create_task(beat())
    try:
        yield
    except asyncio.CancelledError:
        if not ended or body.uncancel() > 0:
            raise
        if ended[0] == "lost":
            raise LeaseLost("Another worker has taken over this task.") from None
    finally:
        await stopped(beating)
