"""What the keeper tells its clients: one small file, readable by its owner only."""

import os
import tempfile
from pathlib import Path
from typing import Final, Literal

import msgspec

ServerName = Literal["postgres", "redis"]
NAMES: Final[tuple[ServerName, ServerName]] = ("postgres", "redis")


class Failure(msgspec.Struct, frozen=True):
    """Why a server is not up; ``code`` is that of one of ``errors``."""

    code: str
    message: str


class ServerState(msgspec.Struct, frozen=True):
    """``port`` is remembered while the server is down; ``url`` carries the password."""

    ready: bool = False
    pid: int | None = None
    port: int | None = None
    url: str = ""
    failure: Failure | None = None


class State(msgspec.Struct, frozen=True):
    """``data``: the folder with both servers' files; ``user``: whom they run as, if not as the caller."""

    keeper: int = 0
    data: str = ""
    user: str | None = None
    postgres: ServerState = ServerState()
    redis: ServerState = ServerState()

    def of(self, name: ServerName) -> ServerState:
        return self.postgres if name == "postgres" else self.redis


class Desk:
    """The files in ``<home>/embedded`` through which clients and keeper meet.

    ``wanted(name)``: each client holds it shared; who gets it exclusively knows that nobody wants the server.
    ``seat``: held by the one keeper from before its birth (the client that spawns it hands it over).
    ``alive``: held by a keeper once ``state`` is its own, so a state without it is a dead keeper's.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "embedded"
        self.state = self.folder / "state.json"
        self.seat = self.folder / "seat.lock"
        self.alive = self.folder / "alive.lock"

    def wanted(self, name: ServerName) -> Path:
        return self.folder / f"{name}.lock"

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def read(self) -> State:
        """The last state that was written, an empty one when there is none that can be read."""
        try:
            return msgspec.json.decode(self.state.read_bytes(), type=State)
        except (FileNotFoundError, msgspec.DecodeError):
            return State()

    def write(self, state: State) -> None:
        """Replace it at once, mode 0600."""
        fd, name = tempfile.mkstemp(dir=self.folder, prefix=".state-")  # mkstemp makes it 0600
        try:
            with os.fdopen(fd, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
            Path(name).replace(self.state)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
