"""`pixcrawler admin reset_password`, and how commands are given passwords."""

import sys

import click

from pixcrawler.entrypoints.cli.running import fail, print_json, run, settings_with
from pixcrawler.settings import SettingsError

stdin_option = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from stdin instead of asking."
)


def asked_password(*, from_stdin: bool) -> str:
    """Never an argument: those are seen by everybody on the machine."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


@click.command(
    "reset_password",
    epilog="Example:  pixcrawler admin reset_password ann@example.org --password-stdin < file",
)
@click.argument("email")
@stdin_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def command(*, email: str, from_stdin: bool, as_json: bool) -> None:
    """Set a new password for the account of EMAIL. All its logins end."""
    try:
        settings = settings_with()
    except SettingsError as error:
        fail(error, as_json=as_json)
    new = asked_password(from_stdin=from_stdin)

    async def main() -> None:
        from pixcrawler.bootstrap.open_app import open_app

        async with open_app(settings) as app:
            await app.identity.reset_password(email, new)

    run(main(), as_json=as_json)
    if as_json:
        print_json({"reset": email})
    else:
        click.echo(f"{email} has a new password; all logins have ended.", err=True)
