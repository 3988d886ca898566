"""`pixcrawler admin`."""

import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from pixcrawler.domain.shared.errors import Forbidden
from pixcrawler.entrypoints.cli import createsuperuser, reset_password, takedown
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.running import fail, print_json, run, settings_with
from pixcrawler.settings import SettingsError, describe

if TYPE_CHECKING:
    from pixcrawler.bootstrap.database import Database

T = TypeVar("T")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


class NotInProduction(Forbidden):
    code = "NOT_IN_PRODUCTION"


@click.group(epilog="Example:  pixcrawler admin check_db")
def command() -> None:
    """Look after the database, the settings, the superusers and what was taken down."""


command.add_command(createsuperuser.command)
command.add_command(reset_password.command)
command.add_command(takedown.command)
command.add_command(takedown.block_list)


def _on_database(act: Callable[["Database"], Awaitable[T]], *, as_json: bool = False) -> T:
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)

    async def main() -> T:
        from pixcrawler.bootstrap.database import database

        async with database(settings) as opened:
            return await act(opened)

    return run(main(), as_json=as_json)


@command.command("check_db", epilog="Example:  pixcrawler admin check_db --json")
@as_json_option
def check_db(*, as_json: bool) -> None:
    """Connect, write, and compare the schema with this program's. Exit code 1 when it is another."""

    async def act(opened: "Database") -> dict[str, str | bool | None]:
        return {
            "database": opened.place,
            "embedded": opened.embedded,
            "server": await opened.check(),
            "revision": await opened.revision(),
            "wanted": opened.wanted_revision,
        }

    found = _on_database(act, as_json=as_json)
    current = found["revision"] == found["wanted"]
    if as_json:
        print_json({**found, "current": current})
    else:
        kind = "embedded " if found["embedded"] else ""
        click.echo(f"{kind}Postgres {found['server']} at {found['database']} answers and can be written to.")
        click.echo(f"schema: revision {found['revision'] or 'none'}, this program's is {found['wanted']}")
    if not current:
        click.echo("Run `pixcrawler migrate`.", err=True)
        sys.exit(Exit.FAILURE)


@command.command("tables", epilog="Example:  pixcrawler admin tables")
@as_json_option
def tables(*, as_json: bool) -> None:
    """List the tables with their rows and sizes."""
    found = _on_database(lambda opened: opened.tables(), as_json=as_json)
    if as_json:
        print_json({"tables": msgspec.to_builtins(found)})
        return
    for table in found:
        click.echo(f"{table.name:<20} {table.rows:>10,} rows  {table.bytes / 1024:>10,.0f} KiB")
    if not found:
        click.echo("There are no tables; run `pixcrawler admin create_tables`.", err=True)


@command.command("create_tables", epilog="Example:  pixcrawler admin create_tables")
@as_json_option
def create_tables(*, as_json: bool) -> None:
    """Make the tables that are missing (by the migrations; nothing is changed that is there)."""

    async def act(opened: "Database") -> list[str]:
        await opened.migrate()
        return [table.name for table in await opened.tables()]

    names = _on_database(act, as_json=as_json)
    if as_json:
        print_json({"tables": names})
    else:
        click.echo(f"{len(names)} tables: {', '.join(names)}")


@command.command("reset_db", epilog="Example:  pixcrawler admin reset_db --force")
@click.option("--force", is_flag=True, help="Do not ask; needed in production and without a terminal.")
@as_json_option
def reset_db(*, force: bool, as_json: bool) -> None:
    """Drop everything in the database and make the tables anew. Stored pictures are not touched."""
    try:
        _refuse_in_production(force=force)
    except (SettingsError, NotInProduction) as error:
        fail(error, as_json=as_json)

    async def act(opened: "Database") -> str:
        if not force:
            click.confirm(f"Drop everything in {opened.place}?", abort=True, err=True)
        await opened.reset()
        return opened.place

    place = _on_database(act, as_json=as_json)
    print_json({"reset": place}) if as_json else click.echo(f"{place} is empty, with all tables.")


def _refuse_in_production(*, force: bool) -> None:
    production = settings_with().pixcrawler.environment in ("staging", "production")
    if production and not force:
        raise NotInProduction("This is production; `reset_db` needs --force here.")


@command.command("check_env", epilog="Example:  pixcrawler admin check_env")
@as_json_option
def check_env(*, as_json: bool) -> None:
    """Check the environment and `.env`: every mistake at once. Exit code 2 when there is one."""
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json({"ok": True, "environment": settings.pixcrawler.environment})
    else:
        number = len(list(describe(settings)))
        click.echo(f"All {number} settings are valid ({settings.pixcrawler.environment}).")
