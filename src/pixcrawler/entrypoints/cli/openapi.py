"""`pixcrawler openapi`."""

from pathlib import Path

import click

from pixcrawler.bootstrap.interrupts import become


@click.command(epilog="Example:  pixcrawler openapi --output openapi.json")
@click.option(
    "--format",
    "form",
    type=click.Choice(["openapi", "postman"]),
    default="openapi",
    show_default=True,
    help="The document itself, or a collection for Postman.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def command(*, form: str, output: Path | None) -> None:
    """Print the OpenAPI 3.1 document of the API. Nothing needs to run for that."""
    more = ["--format", form, *([] if output is None else ["--output", str(output)])]
    become("pixcrawler.entrypoints.http", "openapi", *more)
