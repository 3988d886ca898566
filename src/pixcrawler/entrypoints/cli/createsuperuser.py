"""`pixcrawler admin createsuperuser`."""

from typing import TYPE_CHECKING

import click
import msgspec

from pixcrawler.entrypoints.cli.reset_password import asked_password, stdin_option
from pixcrawler.entrypoints.cli.running import fail, print_json, run, settings_with
from pixcrawler.settings import Settings, SettingsError

if TYPE_CHECKING:
    from pixcrawler.domain.identity.api_key import IssuedKey


@click.command("createsuperuser", epilog='Example:  KEY="$(pixcrawler admin createsuperuser)"')
@click.option(
    "--name", default="local", show_default=True, help="Whose key it is; made if there is no such superuser."
)
@click.option("--revoke-others", is_flag=True, help="End all earlier keys of this superuser.")
@click.option("--email", help="Make an account to log in with, instead of a key; its password is asked for.")
@click.option("--existing", is_flag=True, help="With --email: the account is there, make it a superuser's.")
@stdin_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def command(
    *, name: str, revoke_others: bool, email: str | None, existing: bool, from_stdin: bool, as_json: bool
) -> None:
    """Make an API key that may do everything; it is shown this once, on stdout. Or, with --email, an account
    that may."""
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)
    if email is None:
        _make_key(settings, name, revoke_others=revoke_others, as_json=as_json)
        return
    password = None if existing else asked_password(from_stdin=from_stdin)
    _make_account(settings, email, password, as_json=as_json)


def _make_account(settings: Settings, email: str, password: str | None, *, as_json: bool) -> None:
    async def main() -> None:
        from pixcrawler.bootstrap.open_app import open_app

        async with open_app(settings) as app:
            await app.identity.make_superuser_account(email, password=password)

    run(main(), as_json=as_json)
    if as_json:
        print_json({"superuser": email})
    else:
        click.echo(f"{email} is a superuser's account.", err=True)


def _make_key(settings: Settings, name: str, *, revoke_others: bool, as_json: bool) -> None:
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
