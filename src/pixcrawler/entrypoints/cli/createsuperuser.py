"""`pixcrawler admin createsuperuser`."""

from typing import TYPE_CHECKING

import click
import msgspec

from pixcrawler.entrypoints.cli.running import fail, print_json, run, settings_with
from pixcrawler.settings import SettingsError

if TYPE_CHECKING:
    from pixcrawler.domain.identity.api_key import IssuedKey


@click.command("createsuperuser", epilog='Example:  KEY="$(pixcrawler admin createsuperuser)"')
@click.option(
    "--name", default="local", show_default=True, help="Whose key it is; made if there is no such superuser."
)
@click.option("--revoke-others", is_flag=True, help="End all earlier keys of this superuser.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def command(*, name: str, revoke_others: bool, as_json: bool) -> None:
    """Make an API key that may do everything. It is shown this once, on stdout."""
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)

    async def main() -> "IssuedKey":
        from pixcrawler.bootstrap.open_app import open_app

        async with open_app(settings) as app:
            return await app.identity.make_superuser(name, revoke_others=revoke_others)

    issued = run(main(), as_json=as_json)
    if as_json:
        print_json({"superuser": name, **msgspec.to_builtins(issued)})
    else:
        click.echo(issued.key)
        click.echo("Keep this key: it is not shown again, and whoever has it may do everything.", err=True)
