"""`pixcrawler api`."""

import os
import sys

import click


@click.command(epilog="Example:  DATABASE_URL=postgresql://… REDIS_URL=redis://… pixcrawler api")
def command() -> None:
    """Serve the REST API until told to stop (SIGTERM, Ctrl-C).

    API_HOST, API_PORT and API_WORKERS say where, and with how many processes.
    """
    os.execv(sys.executable, [sys.executable, "-m", "pixcrawler.entrypoints.http.serve"])  # noqa: S606
