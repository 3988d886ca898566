"""The console script. Commands load when they are used, so `pixcrawler --help` costs nothing."""

import errno
import importlib
import importlib.util
import os
import sys
from typing import Any

import click

from pixcrawler.bootstrap.collector import loading, spare_the_collector
from pixcrawler.bootstrap.interrupts import INTERRUPTED, as_usual

COMMANDS = {
    "admin": ("admin", "Look after the database, the settings and the superusers."),
    "api": ("api", "Serve the REST API of the platform."),
    "config": ("config", "Show the settings, or an example of all of them."),
    "crawl": ("crawl", "Turn keywords into a dataset, without a server."),
    "datasets": ("datasets", "Check datasets on this machine."),
    "demo": ("demo", "See the whole job at work, with no internet."),
    "migrate": ("migrate", "Bring the database to this program's schema."),
    "sources": ("sources", "Show what can be crawled, and probe it."),
    "openapi": ("openapi", "Print the OpenAPI document of the API."),
    "up": ("up", "Run the whole platform on this machine."),
    "worker": ("worker", "Run one worker of the platform."),
}
SERVER_EXTRA = ("sqlalchemy", "aiohttp", "litestar", "granian", "saq", "PIL", "structlog")
"""Without these, only help and what stands on the SDK can work. Looked for, not loaded."""
ON_THE_SDK = {"datasets"}


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        spare_the_collector()
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in ON_THE_SDK and (missing := _missing()):
            return _not_installed(cmd_name, missing)
        with loading():
            module = importlib.import_module(f"pixcrawler.entrypoints.cli.{COMMANDS[cmd_name][0]}")
        as_usual()
        command: click.Command = module.command
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no text could be neither stored nor written into a dataset."""
        for given in args:
            if any("\ud800" <= character <= "\udfff" for character in given):
                raise click.UsageError(
                    f"{given!a} is not UTF-8 text: write it in UTF-8, with LANG=C.UTF-8 or the like.",
                    ctx,
                )
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 -- click's own
        """A full disk where the output goes is told like any other; commands tell of their own files."""
        try:
            return super().main(*args, **options)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            told = error.filename or "the output"
            click.echo(f"The disk that holds {told} is full; make room and try again.", err=True)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what waits to be printed can go nowhere else
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> object:
        """Ctrl-C while a command is still being loaded, or at its very end, is told like any other."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _missing() -> str | None:
    return next((name for name in SERVER_EXTRA if importlib.util.find_spec(name) is None), None)


def _not_installed(name: str, missing: str) -> click.Command:
    """A stand-in for a command whose libraries are not there."""

    def say(**_: object) -> None:
        click.echo(
            f"`pixcrawler {name}` needs the platform, which is not installed ({missing} is missing): "
            "pip install 'pixcrawler[server]'",
            err=True,
        )
        sys.exit(2)

    settings = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    return click.Command(name, callback=say, context_settings=settings)


@click.command(cls=LazyGroup, epilog="Example:  pixcrawler demo")
@click.version_option(package_name="pixcrawler")
def main() -> None:
    """Keywords in, a clean, licensed, ML-ready image dataset out."""
