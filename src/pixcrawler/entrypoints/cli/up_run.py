"""The whole platform on one machine, from the first server to the last process."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pixcrawler.application.identity.ensure_local_account import EMAIL
from pixcrawler.application.ports.waiting import ended
from pixcrawler.bootstrap.address import shown
from pixcrawler.bootstrap.servers import Servers, servers
from pixcrawler.domain.shared.errors import DomainError, Unavailable
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.key_file import NAME, PASSWORD, write_key_file, write_password_file
from pixcrawler.entrypoints.cli.supervision.child import Program
from pixcrawler.entrypoints.cli.supervision.console import Console
from pixcrawler.entrypoints.cli.supervision.following import followed
from pixcrawler.entrypoints.cli.supervision.health import answering, reachable
from pixcrawler.entrypoints.cli.supervision.supervisor import Supervisor
from pixcrawler.settings import Settings

if TYPE_CHECKING:
    from pixcrawler.bootstrap.first_start import FirstStart

API = "pixcrawler.entrypoints.http"
WORKER = "pixcrawler.entrypoints.worker"


def programs(
    settings: Settings, environ: Mapping[str, str], *, workers: int, on_terminal: bool
) -> list[Program]:
    """Our children. They end with us, and write for people when people are looking."""
    own = {"PYTHONUNBUFFERED": "1"}
    if on_terminal and settings.pixcrawler.log_format == "auto":
        own["PIXCRAWLER_LOG_FORMAT"] = "console"

    def program(name: str, module: str) -> Program:
        command = (sys.executable, "-m", module, "--with-parent", str(os.getpid()), "--when-told")
        return Program(name=name, command=command, environ={**environ, **own})

    names = ["worker"] if workers == 1 else [f"worker-{number + 1}" for number in range(workers)]
    return [program("api", API), *(program(name, WORKER) for name in names)]


class UpRun:
    """One run of `pixcrawler up`."""

    def __init__(
        self, settings: Settings, console: Console, supervisor: Supervisor, *, on_terminal: bool
    ) -> None:
        self._settings = settings
        self._console = console
        self._supervisor = supervisor
        self._on_terminal = on_terminal
        self._begun = False
        self._asked = False

    async def __call__(self) -> None:
        """Until SIGTERM, SIGINT or SIGHUP asks for the end; a second one ends the program on the spot.

        Raises:
            DomainError: a server does not come up, or one of the processes dies again and again.
        """
        serving = asyncio.create_task(self._serve())
        with _on_signals(lambda: self._stop(serving)):
            try:
                await serving
            except asyncio.CancelledError:
                if not self._asked:
                    raise
        self._console.say("All has stopped.")

    def _stop(self, serving: "asyncio.Task[None]") -> None:
        if self._asked:
            self._supervisor.kill()
            os._exit(Exit.INTERRUPTED)
        self._asked = True
        self._console.say(
            "Stopping: what runs is brought to a checkpoint, 30 s at most. Ctrl-C again ends at once."
        )
        if self._begun:
            self._supervisor.stop()
        else:
            serving.cancel()

    async def _serve(self) -> None:
        self._console.say("Starting.")
        supervised = asyncio.create_task(self._supervisor.run())  # what it starts loads meanwhile
        try:
            async with servers(self._settings) as found:
                made = await self._first_start(found)
                self._begun = True
                self._supervisor.release()
                await self._beside(found, made, supervised)
        finally:
            self._supervisor.stop()
            await ended(supervised)
        if (failure := supervised.result()) is not None:
            raise failure

    async def _beside(
        self, found: Servers, made: "FirstStart", supervised: "asyncio.Task[DomainError | None]"
    ) -> None:
        """Until all processes have ended."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._announce(found, made))]
            tasks += [group.create_task(self._follow(name, log)) for name, log in found.logs.items()]
            await asyncio.wait({supervised})
            for task in tasks:
                task.cancel()

    async def _follow(self, name: str, log: Path) -> None:
        async for record in followed(log):
            self._console.show(name, record)

    async def _announce(self, found: Servers, made: "FirstStart") -> None:
        """Say where things are, once they are there."""
        from pixcrawler.bootstrap.first_start import find_redis

        await answering(self._settings.api.host, self._settings.api.port)
        try:
            await find_redis(self._settings, found)
        except Unavailable as error:
            self._console.say(f"{error} Until then work goes on without it, a second slower at each step.")
        self._console.say(self._banner(found, made))

    async def _first_start(self, found: Servers) -> "FirstStart":
        """The superuser's key and account where they were made now; their files are there before anybody can
        ask the API."""
        from pixcrawler.bootstrap.first_start import first_start  # once the embedded servers are on their way

        home, made = self._settings.pixcrawler.home, await first_start(self._settings, found)
        if made.key is not None:
            write_key_file(home, made.key)
        if made.password is not None:
            write_password_file(home, made.password, email=EMAIL)
        return made

    def _banner(self, found: Servers, made: "FirstStart") -> str:
        api, home = self._settings.api, self._settings.pixcrawler.home
        url = f"http://{shown(reachable(api.host), api.port)}"
        file = home / NAME
        where = str(file) if file.exists() else "`pixcrawler admin createsuperuser` makes another"
        lines = [
            "PixCrawler is up. Ctrl-C stops all of it.",
            f"  start page  {url}/",
            f"  API docs    {url}/docs",
            f"  API key     {where}",
        ]
        if made.key is not None and self._on_terminal:
            lines.append(f"              {made.key}  (shown this once)")
        if (home / PASSWORD).exists():
            lines.append(f"  log in      {EMAIL}, password in {home / PASSWORD}")
        if made.password is not None and self._on_terminal:
            lines.append(f"              {made.password}  (shown this once)")
        lines.append(f"  data        {home}" + (" (with embedded Postgres)" if found.embedded else ""))
        return "\n".join(lines)


@contextmanager
def _on_signals(ask: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, ask)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
