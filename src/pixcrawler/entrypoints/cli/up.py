"""`pixcrawler up`."""

import os
import sys

import click

from pixcrawler.bootstrap.address import check_address
from pixcrawler.bootstrap.cores import worker_processes
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.cli.running import fail, run, settings_with
from pixcrawler.entrypoints.cli.supervision.console import Console
from pixcrawler.entrypoints.cli.supervision.supervisor import Supervisor
from pixcrawler.entrypoints.cli.up_run import UpRun, programs


@click.command(epilog="Example:  pixcrawler up --port 8080")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the API listens; instead of API_PORT.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that crawl; API_WORKERS says how many answer requests. [one for each eight cores]",
)
def command(*, port: int | None, workers: int | None) -> None:
    """Run the whole platform on this machine: API and workers, and embedded Postgres and Valkey where no
    DATABASE_URL or REDIS_URL is set.

    The first start makes a superuser, whose API key is put into the file superuser.key in PIXCRAWLER_HOME.
    Ctrl-C and SIGTERM stop all of it, within 30 seconds; a second Ctrl-C at once.
    """
    own = {} if port is None else {"API_PORT": str(port)}
    try:
        settings = settings_with(own)
        check_address(settings.api.host, settings.api.port)
    except DomainError as error:
        fail(error)
    on_terminal = sys.stderr.isatty()
    environ = {**os.environ, **own}
    children = programs(settings, environ, workers=workers or worker_processes(), on_terminal=on_terminal)

    async def main() -> None:
        coloured = on_terminal and not os.environ.get("NO_COLOR")
        console = Console(
            sys.stderr, [*(child.name for child in children), "postgres", "valkey"], coloured=coloured
        )
        await UpRun(settings, console, Supervisor(children, console), on_terminal=on_terminal)()

    run(main())
