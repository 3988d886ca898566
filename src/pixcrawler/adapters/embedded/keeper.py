"""The parent of the embedded servers: ``python -m pixcrawler.adapters.embedded.keeper HOME SEAT_FD``.

It keeps each server up while a client holds that server's lock, and ends when nobody wants any.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from pixcrawler.adapters.embedded.locks import FileLock
from pixcrawler.adapters.embedded.place import Place, settle
from pixcrawler.adapters.embedded.postgres import PostgresProgram
from pixcrawler.adapters.embedded.server import Server, explained
from pixcrawler.adapters.embedded.state import NAMES, Desk, ServerName, ServerState, State
from pixcrawler.adapters.embedded.valkey import ValkeyProgram
from pixcrawler.domain.shared.errors import Unavailable

_BUSY: Final = 0.01
_CALM: Final = 0.1
"""Seconds between two looks."""
_LOG_LIMIT: Final = 5_000_000
"""Bytes after which a log is emptied."""


class Keeper:
    """Holds the seat from before its birth, says that it is alive, and looks after its servers."""

    def __init__(self, home: Path, seat: int) -> None:
        self._home = home
        self._desk = Desk(home)
        self._seat = FileLock(self._desk.seat)
        self._seat.adopt(seat)
        self._alive = FileLock(self._desk.alive)
        self._unwanted = {name: FileLock(self._desk.wanted(name)) for name in NAMES}
        self._told_to_end = False
        self._written: State | None = None
        self._logs_seen = 0.0

    def end(self, *_: object) -> None:
        self._told_to_end = True

    def run(self) -> None:
        """Return when nobody wants a server, the home is gone, or a signal asked for the end."""
        before = self._desk.read()
        ports = {name: before.of(name).port for name in NAMES}
        down = {name: ServerState(port=ports[name]) for name in NAMES}
        self._publish(State(os.getpid(), postgres=down["postgres"], redis=down["redis"]))
        while not self._alive.try_exclusive():  # a client may be looking at this very moment
            time.sleep(_BUSY)
        try:
            place = settle(self._home)
        except (OSError, Unavailable) as error:
            self._refuse(error)
            return
        programs = (PostgresProgram(place), ValkeyProgram(place))
        servers = [Server(each, place, self._desk.log(each.name), port=ports[each.name]) for each in programs]
        while not self._tick(place, servers):
            time.sleep(_CALM if all(server.steady for server in servers) else _BUSY)

    def _refuse(self, error: OSError | Unavailable) -> None:
        down = ServerState(failure=explained(error))
        while not all(map(self._is_unwanted, NAMES)):
            self._publish(State(os.getpid(), postgres=down, redis=down))
            time.sleep(_CALM)

    def _tick(self, place: Place, servers: list[Server]) -> bool:
        for server in servers:
            server.tick(wanted=not self._is_unwanted(server.name))
        states = {server.name: server.state for server in servers}
        user = place.account.name if place.account else None
        self._publish(State(os.getpid(), str(place.data), user, states["postgres"], states["redis"]))
        self._bound_logs()
        gone = [server for server in servers if server.absent]
        if len(gone) == len(servers) and all(map(self._is_unwanted, NAMES)):
            return True
        for server in gone:
            self._unwanted[server.name].release()
        return False

    def _is_unwanted(self, name: ServerName) -> bool:
        """When True, no client can come before we let go of its lock, or end."""
        if not self._told_to_end:
            try:
                return self._unwanted[name].try_exclusive()
            except FileNotFoundError:  # the home was deleted: its servers have nothing to serve
                self._told_to_end = True
        return True

    def _publish(self, state: State) -> None:
        if state != self._written:
            with contextlib.suppress(OSError):  # a full disk: tried again at the next look
                self._desk.write(state)
                self._written = state

    def _bound_logs(self) -> None:
        if time.monotonic() - self._logs_seen > 60:
            self._logs_seen = time.monotonic()
            for log in (self._desk.log(name) for name in (*NAMES, "keeper")):
                with contextlib.suppress(OSError):
                    if log.stat().st_size > _LOG_LIMIT:
                        os.truncate(log, 0)


def main() -> None:
    home, seat = Path(sys.argv[1]), int(sys.argv[2])
    os.umask(0o077)
    os.chdir("/")
    keeper = Keeper(home, seat)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, keeper.end)
    signal.signal(signal.SIGINT, keeper.end)
    keeper.run()  # its locks end with the process: whoever sees the seat free sees no process either


if __name__ == "__main__":
    main()
