"""`pixcrawler crawl --dry-run`."""

import click
import msgspec

from pixcrawler.application.crawling.preview_crawl import QueryPreview
from pixcrawler.bootstrap.app import App
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.request import DEFAULT_IMAGES, CrawlRequest
from pixcrawler.entrypoints.cli.running import print_json


async def preview(app: App, request: CrawlRequest) -> Exit:
    """Ask, print, and say by the exit code whether a crawl would find something."""
    inputs = request.address_inputs()
    if request.input is not None:
        if "url_list" in request.source_ids:
            user = await app.identity.find_local_user()
            inputs["url_list"] = (await app.crawling.take_url_list(request.input, by=user.actor)).key
        inputs["folder"] = str(request.input.resolve())
    spec = request.spec(inputs)
    for source in spec.sources:
        app.sources.get(source)
    found = await app.crawling.preview(spec)
    if request.as_json:
        print_json(
            {"max_images": request.max_images or DEFAULT_IMAGES, "queries": msgspec.to_builtins(found)}
        )
    else:
        for one in found:
            _tell(one)
        click.echo("Nothing was fetched or stored. Leave out --dry-run to crawl.", err=True)
    if all(one.error for one in found):
        return Exit.UNAVAILABLE
    return Exit.OK if any(one.usable for one in found) else Exit.NOT_FOUND


def _tell(one: QueryPreview) -> None:
    name = f"{one.source}: “{one.text}”" if one.text else one.source
    if one.error is not None:
        click.echo(f"{name}: {one.error}")
        return
    total = "unknown" if one.total is None else f"{one.total:,}"
    click.echo(f"{name}: {total} in all; {one.usable} of the first {one.first_page} pass the filters")
    for candidate in one.candidates:
        click.echo(f"    {candidate.license:<16} {candidate.title or ''}  {candidate.image_url}")
    for note in one.notes:
        click.echo(f"    note: {note}")
