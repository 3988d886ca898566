"""`pixcrawler config`."""

import click

from pixcrawler.entrypoints.cli.running import fail, print_json, settings_with
from pixcrawler.settings import SettingsError, describe, render_example


@click.group(epilog="Example:  pixcrawler config show")
def command() -> None:
    """Show the settings, or an example of all of them."""


@command.command(epilog="Example:  pixcrawler config show --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def show(*, as_json: bool) -> None:
    """The settings that hold now, from the environment and `.env`; secrets are hidden."""
    try:
        shown = describe(settings_with(quiet=False))
    except SettingsError as error:
        fail(error, as_json=as_json)
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name}={'' if value is None else value}")


@command.command(epilog="Example:  pixcrawler config example > .env")
def example() -> None:
    """Print `.env.example`: every setting with its purpose, valid values, default and an example."""
    click.echo(render_example(), nl=False)
