"""What every command has in common: settings, one event loop, errors as sentences."""

import asyncio
import os
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import msgspec

from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.cli.exits import Exit, exit_code
from pixcrawler.settings import Settings, load_settings

T = TypeVar("T")


def settings_with(overrides: Mapping[str, str] | None = None, *, quiet: bool = True) -> Settings:
    """Settings from the environment and ``.env``, some of them overridden by the command itself.

    ``quiet`` keeps all but errors off the terminal unless a level is set.
    """
    environ = {**os.environ, **(overrides or {})}
    if quiet:
        environ.setdefault("PIXCRAWLER_LOG_LEVEL", "error")
    from pixcrawler.bootstrap.logs import set_up_logs

    settings = load_settings(environ, Path(".env"))
    set_up_logs(settings.pixcrawler, coloured=not os.environ.get("NO_COLOR"))
    return settings


def run(main: Coroutine[Any, Any, T], *, as_json: bool = False) -> T:
    """Run to the end; a foreseen failure ends the program with its sentence and its exit code."""
    try:
        return asyncio.run(main)
    except DomainError as error:
        fail(error, as_json=as_json)
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        sys.exit(Exit.INTERRUPTED)


def fail(error: DomainError, *, as_json: bool = False) -> NoReturn:
    """One sentence on stderr; with ``--json`` also a document on stdout."""
    if as_json:
        told = {"message": str(error), "error_code": error.code, "field": error.field}
        print_json({"error": told})
    click.echo(str(error), err=True)
    sys.exit(exit_code(error))


def print_json(document: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
