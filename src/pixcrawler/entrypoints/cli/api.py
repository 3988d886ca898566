"""`pixcrawler api`."""

import click

from pixcrawler.bootstrap.interrupts import become


@click.command(epilog="Example:  DATABASE_URL=postgresql://… REDIS_URL=redis://… pixcrawler api")
def command() -> None:
    """Serve the REST API until told to stop (SIGTERM, Ctrl-C).

    API_HOST, API_PORT and API_WORKERS say where, and with how many processes.
    """
    become("pixcrawler.entrypoints.http")
