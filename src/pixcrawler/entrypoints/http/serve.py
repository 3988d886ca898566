"""Serving the API with Granian: ``python -m pixcrawler.entrypoints.http.serve``."""

import os
import sys
from pathlib import Path

from litestar import Litestar

from pixcrawler.bootstrap.logs import set_up_logs
from pixcrawler.domain.shared.errors import DomainError, Invalid
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.settings import Settings, load_settings

TARGET = "pixcrawler.entrypoints.http.serve:application"


def application() -> Litestar:
    """What each of Granian's worker processes serves."""
    return create_app(_settings())


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; requests under way get 20 s to end."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        TARGET,
        factory=True,
        address=settings.api.host,
        port=settings.api.port,
        interface=Interfaces.ASGI,
        workers=settings.api.workers,
        websockets=False,
        log_access=False,
        workers_kill_timeout=20,
    ).serve()


def main() -> int:
    """0 after a clean stop; 2 for wrong settings, 5 when a service does not come up."""
    try:
        serve(_settings())
    except DomainError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, Invalid) else 5
    return 0


def _settings() -> Settings:
    settings = load_settings(os.environ, Path(".env"))
    set_up_logs(settings.pixcrawler)
    return settings


if __name__ == "__main__":
    sys.exit(main())
