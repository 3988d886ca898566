"""`pixcrawler worker`."""

import click

from pixcrawler.bootstrap.interrupts import become


@click.command(epilog="Example:  DATABASE_URL=postgresql://… REDIS_URL=redis://… pixcrawler worker")
def command() -> None:
    """Run one worker of the platform until it is told to stop (SIGTERM, Ctrl-C).

    Several may run at once, on any machines that share the database, Redis and the store.
    """
    become("pixcrawler.entrypoints.worker")
