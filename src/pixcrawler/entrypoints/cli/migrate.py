"""`pixcrawler migrate`."""

import click

from pixcrawler.entrypoints.cli.running import print_json, run, settings_with


@click.command(epilog="Example:  DATABASE_URL=postgresql://… pixcrawler migrate")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def command(*, as_json: bool) -> None:
    """Bring the database to this program's schema. Safe to run from several places at once."""

    async def main() -> tuple[str | None, str]:
        from pixcrawler.bootstrap.database import database

        async with database(settings_with()) as opened:
            before = await opened.revision()
            await opened.migrate()
            return before, await opened.revision() or ""

    before, after = run(main(), as_json=as_json)
    if as_json:
        print_json({"before": before, "after": after})
    else:
        click.echo(f"The database is at revision {after}" + (" already." if before == after else "."))
