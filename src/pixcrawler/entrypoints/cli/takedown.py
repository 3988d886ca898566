"""`pixcrawler admin takedown` and `pixcrawler admin blocklist`."""

import getpass
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click
import msgspec

from pixcrawler.entrypoints.cli.running import fail, print_json, run, settings_with
from pixcrawler.settings import SettingsError

if TYPE_CHECKING:
    from pixcrawler.application.crawling.take_down import TakenDown
    from pixcrawler.bootstrap.app import App
    from pixcrawler.domain.crawling.blocking import Block

T = TypeVar("T")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
reason_option = click.option("--reason", help="Why, for the record.")
by_option = click.option("--by", help="Who asked for it.  [default: who runs this command]")


def _in_app(act: Callable[["App"], Awaitable[T]], *, as_json: bool) -> T:
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)

    async def main() -> T:
        from pixcrawler.bootstrap.open_app import open_app

        async with open_app(settings) as app:
            return await act(app)

    return run(main(), as_json=as_json)


@click.command("takedown", epilog="Example:  pixcrawler admin takedown https://example.org/a.jpg --dry-run")
@click.argument("subject", metavar="URL|SHA256|PHASH")
@reason_option
@by_option
@click.option("--dry-run", is_flag=True, help="Only say what is there.")
@click.option("--force", is_flag=True, help="Do not ask.")
@as_json_option
def command(
    *, subject: str, reason: str | None, by: str | None, dry_run: bool, force: bool, as_json: bool
) -> None:
    """Delete a picture from every job and store, and keep it from ever coming back.

    Dataset versions that hold it are exported with a tombstone in its place. Folders that were exported
    already are not touched. With 16 hex digits: all pictures within 4 bits of this perceptual hash.
    """

    async def act(app: "App") -> "TakenDown":
        found = await app.crawling.take_down(subject, by=by or getpass.getuser(), reason=reason, dry_run=True)
        if dry_run:
            return found
        if not force:
            click.echo(_told(found), err=True)
            click.confirm("Delete and block it?", abort=True, err=True)
        return await app.crawling.take_down(subject, by=by or getpass.getuser(), reason=reason)

    found = _in_app(act, as_json=as_json)
    print_json(msgspec.to_builtins(found)) if as_json else click.echo(_told(found))


def _told(found: "TakenDown") -> str:
    pictures = f"{len(found.pictures)} picture{'' if len(found.pictures) == 1 else 's'}"
    there = f"{pictures} in {len(found.jobs)} job(s), {found.files} file(s)"
    if found.dry_run:
        return f"{found.subject}: {there}"
    return f"{found.subject}: {there} taken down; blocked from now on."


@click.group("blocklist", invoke_without_command=True, epilog="Example:  pixcrawler admin blocklist --json")
@as_json_option
@click.pass_context
def block_list(context: click.Context, *, as_json: bool) -> None:
    """List what may not come in, or change the list."""
    if context.invoked_subcommand is not None:
        return

    async def act(app: "App") -> "list[Block]":
        return await app.crawling.block_list.all()

    blocks = _in_app(act, as_json=as_json)
    if as_json:
        print_json({"blocked": msgspec.to_builtins(blocks)})
        return
    for block in blocks:
        how = "taken down" if block.taken_down else "blocked"
        why = f": {block.reason}" if block.reason else ""
        click.echo(f"{block.kind:<6}  {block.subject}  {how} {block.created_at:%Y-%m-%d} by {block.by}{why}")
    if not blocks:
        click.echo("Nothing is blocked.")


@block_list.command("add", epilog="Example:  pixcrawler admin blocklist add 5891b5b522d5df08")
@click.argument("subjects", metavar="URL|SHA256|PHASH…", nargs=-1, required=True)
@reason_option
@by_option
@as_json_option
def add(*, subjects: tuple[str, ...], reason: str | None, by: str | None, as_json: bool) -> None:
    """Keep pictures from coming in. Those that are here already stay: see `takedown`."""

    async def act(app: "App") -> list[str]:
        who = by or getpass.getuser()
        return [one for one in subjects if await app.crawling.block_list.add(one, by=who, reason=reason)]

    added = _in_app(act, as_json=as_json)
    print_json({"added": added}) if as_json else click.echo(f"{len(added)} added.")


@block_list.command("remove", epilog="Example:  pixcrawler admin blocklist remove 5891b5b522d5df08")
@click.argument("subject", metavar="URL|SHA256|PHASH")
@as_json_option
def remove(*, subject: str, as_json: bool) -> None:
    """Let a picture come in again. What was taken down does not return by itself."""

    async def act(app: "App") -> str:
        return (await app.crawling.block_list.remove(subject)).subject

    removed = _in_app(act, as_json=as_json)
    print_json({"removed": removed}) if as_json else click.echo(f"{removed} may come in again.")
