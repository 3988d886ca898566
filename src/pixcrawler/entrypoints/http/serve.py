"""``python -m pixcrawler.entrypoints.http [--with-parent PID] [--when-told]``: the API by Granian."""

import argparse
import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import FrameType

import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from litestar import Litestar

from pixcrawler.bootstrap.address import check_address, shown
from pixcrawler.bootstrap.capacity import check_capacity
from pixcrawler.bootstrap.collector import spare_the_collector
from pixcrawler.bootstrap.interrupts import as_usual
from pixcrawler.bootstrap.logs import set_up_logs
from pixcrawler.bootstrap.parent import arguments, end_with
from pixcrawler.bootstrap.servers import prepare, servers
from pixcrawler.domain.shared.errors import DomainError, Invalid
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.live import LiveJobs
from pixcrawler.entrypoints.http.shared_folder import shared_folder
from pixcrawler.settings import Settings, load_settings

TARGET = "pixcrawler.entrypoints.http.serve:application"
PATIENCE = 20
"""Seconds that requests under way get to end. Without a limit a process that hangs would never end."""
HEADERS = 64 * 1024
"""Bytes that the head of a request may have; more is answered 431, as are more than 100 fields."""
OUR_LOG = {"version": 1, "loggers": {"_granian": {"handlers": [], "propagate": True}}}
"""What Granian has to say goes where all else goes."""

log = structlog.get_logger(__name__)


def application() -> Litestar:
    """What each of Granian's processes serves; called in that process, just after its fork.

    The fork leaves it with its parent's signal handlers, which would swallow a SIGTERM until the process
    serves; and a parent that is killed would leave it behind, still taking requests.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (parent := multiprocessing.parent_process()) is not None and parent.pid is not None:
        end_with(parent.pid)
    litestar = create_app(_settings())
    litestar.on_startup.append(_end_streams_first)
    return litestar


async def _end_streams_first(litestar: Litestar) -> None:
    """When told to stop, Granian waits for the requests under way; live streams would never end.

    It has set the loop's handlers by now. A handler of Python's own runs besides them: the loop hears of a
    signal by its wake-up descriptor.
    """
    loop = asyncio.get_running_loop()
    live: LiveJobs = litestar.state.live_jobs
    for sign in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(sign)

        def close(number: int, frame: FrameType | None, before: object = before) -> None:
            loop.call_soon_threadsafe(live.close)
            if callable(before):
                before(number, frame)

        signal.signal(sign, close)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. A process that dies is replaced; one that dies again at once ends all.

    Raises:
        Unavailable, Conflict: the port is taken, or the database is away or not at this program's schema.
    """
    api = settings.api
    address = check_address(api.host, api.port)
    with _standing_on(settings), shared_folder(settings.pixcrawler.home / "metrics"):
        log.info("api_started", address=shown(api.host, api.port), processes=api.workers)
        Server(
            TARGET,
            factory=True,
            address=address,
            port=api.port,
            interface=Interfaces.ASGI,
            workers=api.workers,
            websockets=False,
            log_access=False,
            log_level=LogLevels.warning,
            log_dictconfig=OUR_LOG,
            respawn_failed_workers=True,
            http1_settings=HTTP1Settings(max_buffer_size=HEADERS),
            workers_kill_timeout=PATIENCE,
        ).serve()
        log.info("api_stopped")


@contextmanager
def _standing_on(settings: Settings) -> Iterator[None]:
    """What all processes need is there before the first one starts; embedded servers stay till the end."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            found = runner.run(stack.enter_async_context(servers(settings)))
            runner.run(prepare(settings, found))
            runner.run(check_capacity(settings, found, api=settings.api.workers))
            yield
        finally:
            runner.run(stack.aclose())


def main() -> int:
    """0 after a clean stop; 2 for wrong settings, 5 when the port is taken or a service does not come up."""
    spare_the_collector()
    as_usual()
    arguments(argparse.ArgumentParser(prog="pixcrawler api", description="Serve the REST API."))
    try:
        serve(_settings())
    except DomainError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, Invalid) else 5
    return 0


def _settings() -> Settings:
    settings = load_settings(os.environ, Path(".env"))
    set_up_logs(settings.pixcrawler, coloured=not os.environ.get("NO_COLOR"))
    return settings
