"""Embedded Valkey, which speaks Redis: loopback TCP only, password always, what it was told is in a file."""

import signal
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Final, Literal

from pixcrawler.adapters.embedded.place import Place
from pixcrawler.adapters.embedded.process import Command, Ladder
from pixcrawler.adapters.embedded.wheels import VALKEY_PACKAGE, valkey_program

_POLITELY: Final[Ladder] = ((0, signal.SIGTERM), (5, signal.SIGKILL))


class ValkeyProgram:
    """Everything is kept in an append-only file, on the disk at most a second later."""

    name: Literal["redis"] = "redis"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._data = place.data / "valkey"
        self._program = Path()

    def prepare(self) -> Generator[Command]:
        """Raise EmbeddedServerMissing."""
        self._program = self._place.reachable(valkey_program(), VALKEY_PACKAGE)
        self._place.servers_folder(self._data)
        yield from ()

    def serve(self, port: int) -> Command:
        """The settings go in by stdin, so that the password is in no file and no process list."""
        folder = str(self._data).replace("\\", "\\\\").replace('"', '\\"')
        settings = (
            f"port {port}",
            "bind 127.0.0.1",
            f"requirepass {self._place.password()}",
            f'dir "{folder}"',
            'save ""',
            "appendonly yes",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
            "daemonize no",
        )
        return Command([str(self._program), "-"], stdin="\n".join(settings) + "\n", ladder=_POLITELY)

    def answers(self, port: int) -> bool:
        """True once the password is taken and the file is read in."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.2) as line:
                line.sendall(f"AUTH {self._place.password()}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (more := line.recv(256)):
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def url(self, port: int) -> str:
        return f"redis://:{self._place.password()}@127.0.0.1:{port}/0"
