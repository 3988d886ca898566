"""One worker process, until it is told to stop."""

import asyncio
import os
import signal
import socket
from datetime import timedelta
from pathlib import Path

import structlog

from pixcrawler.application.delivery.reactions import BUILD, CRAWL, PROMPT, SEARCH, UPKEEP, VALIDATE
from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.bootstrap.thrift import be_thrifty, rest
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.entrypoints.worker.runner import Pace, Runner
from pixcrawler.entrypoints.worker.table import tasks
from pixcrawler.entrypoints.worker.task import Patience
from pixcrawler.settings import Settings

log = structlog.get_logger(__name__)


async def work(
    settings: Settings, *, lane: str = SHARED, out: Path | None = None, farewell: bool = True
) -> None:
    """Serve a lane until SIGTERM or SIGINT. A second signal ends at once, leaving leases to expire.

    ``farewell``: wait for the end of embedded servers that nobody else uses.

    Raises Unavailable when a service that it needs does not come up.
    """
    async with open_app(settings, works=True, out=out, farewell=farewell) as app:
        await serve(app, settings, lane=lane)


async def serve(app: App, settings: Settings, *, lane: str) -> None:
    """What ``work`` does with an application that is open."""
    queue = settings.queue
    usual = Patience(
        timedelta(seconds=settings.worker.task_timeout),
        queue.attempts,
        timedelta(seconds=queue.retry_seconds),
    )
    runner = Runner(
        queue=app.tasks,
        bells=app.bells,
        tasks=tasks(app, usual),
        lane=lane,
        name=f"{socket.gethostname()}:{os.getpid()}",
        pace=_pace(settings, lane),
        on_rest=rest,
    )
    _on_signals(runner)
    be_thrifty()
    log.info("worker_started", lane=lane, slots=settings.worker.slots)
    await runner.run(patience=settings.worker.stop_seconds)
    log.info("worker_stopped", lane=lane)


def _pace(settings: Settings, lane: str) -> Pace:
    """What only tells people, and what is due, has a queue in the platform's lane alone."""
    wide, queue = settings.worker.slots, settings.queue
    slots = {SEARCH: wide, CRAWL: wide, BUILD: 1, UPKEEP: 1, VALIDATE: 1}
    return Pace(
        slots={**slots, PROMPT: 1} if lane == SHARED else slots,
        lease=queue.lease_seconds,
        poll=queue.poll_seconds,
        lost_leases=queue.lost_leases,
    )


def _on_signals(runner: Runner) -> None:
    loop = asyncio.get_running_loop()
    asked = False

    def ask() -> None:
        nonlocal asked
        if asked:
            os._exit(130)
        asked = True
        runner.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask)
