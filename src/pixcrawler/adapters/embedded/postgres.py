"""Embedded Postgres 18: loopback TCP only, password always, durable, small."""

import shutil
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final, Literal

from pixcrawler.adapters.embedded.place import Place
from pixcrawler.adapters.embedded.process import Command, Ladder
from pixcrawler.adapters.embedded.wheels import POSTGRES_PACKAGE, postgres_programs
from pixcrawler.domain.shared.errors import StorageFull

_NAME: Final = "pixcrawler"
"""Of the role and of the database."""
_ROOM: Final = 256 * 1024 * 1024
_FAST_THEN_HARD: Final[Ladder] = ((0, signal.SIGINT), (10, signal.SIGQUIT), (14, signal.SIGKILL))
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "16MB",  # the page cache holds the rest, and gives it back
    "io_method": "sync",  # no helper processes for reads that the page cache serves
    "max_parallel_workers_per_gather": "0",  # containers often have 64 MB of /dev/shm
    "autovacuum_max_workers": "1",
    "default_statistics_target": "30",  # looking at a table holds 300 times as many rows of it in memory
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}


class PostgresProgram:
    """Its data folder appears whole or not at all: it is made beside its place and renamed."""

    name: Literal["postgres"] = "postgres"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._data = place.data / "postgres"
        self._programs = Path()

    def prepare(self) -> Generator[Command]:
        """Make the data folder with our role and database, once. Raise StorageFull, EmbeddedServerMissing."""
        self._programs = self._place.reachable(postgres_programs(), POSTGRES_PACKAGE)
        if (self._data / "PG_VERSION").exists():
            # Whoever holds the running lock knows that no process of this cluster is left.
            (self._data / "postmaster.pid").unlink(missing_ok=True)
            return
        self._demand_room()
        for half_made in self._place.data.glob("new-postgres-*"):
            shutil.rmtree(half_made, ignore_errors=True)
        new = Path(tempfile.mkdtemp(dir=self._place.data, prefix="new-postgres-"))
        try:
            yield from self._initialise(new)
            (new / "data").rename(self._data)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def serve(self, port: int) -> Command:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        program = str(self._programs / "postgres")
        return Command([program, "-D", str(self._data), "-p", str(port), *settings], ladder=_FAST_THEN_HARD)

    def answers(self, port: int) -> bool:
        """The eighth line of postmaster.pid tells, as pg_ctl reads it."""
        try:
            lines = (self._data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[3] == str(port) and lines[7].strip() == "ready"

    def url(self, port: int) -> str:
        return f"postgresql://{_NAME}:{self._place.password()}@127.0.0.1:{port}/{_NAME}"

    def _initialise(self, new: Path) -> Generator[Command]:
        self._place.shared_folder(new)
        self._place.servers_folder(new / "data")
        self._place.servers_file(new / "password", self._place.password())
        yield Command(
            [
                *(str(self._programs / "initdb"), "-D", str(new / "data"), "-U", _NAME),
                *("--auth=scram-sha-256", f"--pwfile={new / 'password'}"),
                # Not known beforehand, these are found by trying: half of the time.
                *("--set=max_connections=100", "--set=shared_buffers=16MB", "--set=timezone=UTC"),
                *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                *("--no-sync", "--no-instructions"),
            ]
        )
        single = [str(self._programs / "postgres"), "--single", "-D", str(new / "data"), "postgres"]
        yield Command(single, stdin=f"CREATE DATABASE {_NAME}\n")

    def _demand_room(self) -> None:
        free = shutil.disk_usage(self._place.data).free
        if free < _ROOM:
            raise StorageFull(
                f"The embedded Postgres needs {_ROOM >> 20} MB in {self._place.data}, "
                f"and {free >> 20} MB are free: make room, or set DATABASE_URL to a server of your own."
            )
