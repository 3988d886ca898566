"""`pixcrawler crawl`."""

import asyncio
import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from pixcrawler.bootstrap.collector import loading
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.expansion import Method
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.cli.crawling_run import CrawlRun, Outcome
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.expanding import expanded
from pixcrawler.entrypoints.cli.out_folder import OutFolder, folder_for
from pixcrawler.entrypoints.cli.outcome import document, exit_of, tell
from pixcrawler.entrypoints.cli.packaging import (
    cannot_change,
    check_packaging,
    named_options,
    packaging_options,
    repacked,
)
from pixcrawler.entrypoints.cli.preview import preview
from pixcrawler.entrypoints.cli.progress import display
from pixcrawler.entrypoints.cli.request import CrawlRequest, Size
from pixcrawler.entrypoints.cli.running import fail, print_json, settings_with
from pixcrawler.entrypoints.cli.warm_process import WarmProcess

EPILOG = 'Example:  pixcrawler crawl "red fox" "arctic fox" --max-images 60 --license commercial --out foxes'


@click.command(epilog=EPILOG)
@click.argument("keywords", nargs=-1)
@click.option(
    "--source", "sources", multiple=True, metavar="ID", help="Where to look; may be repeated. [openverse]"
)
@click.option(
    "--max-images", type=int, metavar="N", help="Images in all, shared evenly over the keywords. [100]"
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="A new folder for the dataset.")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="FILE|URL",
    help="A URL list (txt, csv, tsv, jsonl, parquet), a folder or a zip; or, repeatable, the URL of a page, "
    "a site (https://example.org/*) or a sitemap, or with --source feed of a feed.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Categories, their keywords and how many images of each, as JSON or TOML.",
)
@click.option(
    "--expand",
    type=click.Choice([method.value for method in Method]),
    default="off",
    show_default=True,
    help="Search for more texts than the keywords; they are shown first.",
)
@click.option(
    "--minimum", type=click.IntRange(1), metavar="N", help="Images that each class should have at least."
)
@click.option(
    "--conflicts",
    type=click.Choice([choice.value for choice in Conflicts]),
    help="A picture found under two labels: keep the best-ranked, drop it, or keep it once with both. [keep]",
)
@packaging_options
@click.option("--min-size", type=Size(), help="Smallest picture, in pixels.")
@click.option("--max-size", type=Size(), help="Largest picture, in pixels.")
@click.option(
    "--file-type", "file_types", multiple=True, metavar="TYPE", help="jpg, png, webp …; may be repeated."
)
@click.option(
    "--license",
    default="",
    metavar="POLICY",
    help="What licences must allow: commercial, derivatives, public-domain, known.",
)
@click.option(
    "--dedup",
    type=click.Choice([level.value for level in DedupLevel]),
    default="medium",
    show_default=True,
    help="How alike two pictures must be to count as one. low: re-compressed; medium: also resized;"
    " high: also mirrored, slightly cropped or edited.",
)
@click.option(
    "--dedup-scope",
    type=click.Choice([scope.value for scope in DedupScope]),
    default="job",
    show_default=True,
    help="What pictures are compared with. job: each other; owner: also all that earlier jobs of yours have,"
    " so that only what is new is kept.",
)
@click.option(
    "--validation",
    type=click.Choice([level.value for level in Validation]),
    default="standard",
    show_default=True,
    help="How closely to look. basic: header and limits, nothing decoded, so only equal bytes are duplicates;"
    " standard: decodes every picture whole; strict: also refuses blurry, dark, bright, empty, very long"
    " pictures and placeholders.",
)
@click.option(
    "--validation-mode",
    type=click.Choice([mode.value for mode in ValidationMode]),
    default="reject",
    show_default=True,
    help="What strict does with a poor picture: reject it, or keep it and report the issue with its scores.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="WORD",
    help="Leave out what has it in title or tags; may be repeated.",
)
@click.option(
    "--safe-search",
    type=click.Choice([level.value for level in SafeSearch]),
    default="moderate",
    show_default=True,
)
@click.option(
    "--type",
    "image_type",
    type=click.Choice([kind.value for kind in ImageType]),
    help="A kind of pictures. Animated and transparent can be measured; for the rest a source is asked.",
)
@click.option(
    "--color",
    type=click.Choice([color.value for color in Color]),
    help="What the pictures show much of; sources are asked for it, and it is measured.",
)
@click.option("--language", metavar="TAG", help="Of the search, where a source knows it: en, de, zh …")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same splits.")
@click.option("--concurrency", type=click.IntRange(1, 4096), help="Files fetched at once.")
@click.option("--dry-run", is_flag=True, help="Show what the searches give; fetch nothing.")
@click.option(
    "--resume", is_flag=True, help="Go on with the crawl in --out; options of packaging may change."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")  # fmt: skip
def command(**options: Any) -> None:  # noqa: ANN401 -- click hands them over
    """Turn KEYWORDS into a dataset: find, download, validate, de-duplicate, label, package.

    Exit codes: 0 all images, 2 wrong usage, 4 nothing found, 5 a source or service is away, 6 fewer
    images than asked for, 7 the store or the folder was damaged, 130 interrupted (go on with --resume).
    """
    request = CrawlRequest(**options)
    try:
        if request.resume:
            outcome = resume(request, named_options())
        else:
            request.check()
            check_packaging(request)
            if request.expand != Method.OFF:
                request = expanded(request, settings_with(environment(request)))
            request = replace(request, max_images=request.images)
            if request.dry_run:
                show_dry_run(request)
                return
            outcome = crawl(request, {})
    except DomainError as error:
        fail(error, as_json=request.as_json)
    print_json(document(outcome)) if request.as_json else tell(outcome)
    sys.exit(exit_of(outcome))


def environment(request: CrawlRequest) -> dict[str, str]:
    """Settings that a crawl has of its own: it retries tasks soon, as somebody is waiting."""
    own = {} if "QUEUE_RETRY_SECONDS" in os.environ else {"QUEUE_RETRY_SECONDS": "1"}
    if request.concurrency is not None:
        own["FETCH_CONCURRENCY"] = str(request.concurrency)
    if request.folder is not None:
        own["SOURCE_FOLDER_ROOTS"] = str(request.folder)
    return own


def crawl(request: CrawlRequest, environ: Mapping[str, str]) -> Outcome:
    """A new crawl. Raises DomainError; a folder that was made for nothing is removed again."""
    out = OutFolder(request.out or folder_for(request.words))
    out.check_free()
    try:
        with out.held():
            return _drive(request, out, {**environment(request), **environ})
    finally:
        out.remove_if_empty()


def resume(request: CrawlRequest, named: frozenset[str]) -> Outcome:
    """Go on; of the ``named`` options those of packaging change. Raises NothingToResume, or what the crawl
    raises."""
    if request.out is None:
        raise click.UsageError("--resume needs --out, the folder of the crawl to go on with.")
    if request.dry_run:
        raise click.UsageError(
            "--dry-run shows what a new crawl would find; leave out --resume or --dry-run."
        )
    out = OutFolder(request.out)
    note = repacked(out.read_note(), request, named)
    if cannot_change(named):
        click.echo("Going on with the crawl as it was begun; only packaging may change.", err=True)
    with out.held():
        if named:
            out.write_note(note)
        return _drive(request, out, environment(request))


def _drive(request: CrawlRequest, out: OutFolder, environ: dict[str, str]) -> Outcome:
    settings = settings_with(environ)
    with contextlib.closing(_loaded()) as warm, display() as shown:
        run = CrawlRun(
            request=request,
            settings=settings,
            environ=environ,
            out=out,
            show=shown.show,
            say=shown.say,
            warm=warm,
        )
        try:
            return interruptible(run, shown.say)
        except KeyboardInterrupt:
            begun = (out.path / ".pixcrawler.json").exists()
    hint = f" Go on with: pixcrawler crawl --resume --out {out.path}" if begun else ""
    click.echo(f"Interrupted; what was found is kept.{hint}", err=True)
    out.remove_if_empty()
    sys.exit(Exit.INTERRUPTED)


def _loaded() -> WarmProcess:
    """Load what both sides of a crawl need, then fork, while there is neither loop nor thread."""
    with loading():
        importlib.import_module("pixcrawler.bootstrap.logs")  # first, as it loads structlog alone
        importlib.import_module("pixcrawler.bootstrap.open_app")
    return WarmProcess()


def interruptible(run: Callable[[], Awaitable[Outcome]], say: Callable[[str], None]) -> Outcome:
    """The first Ctrl-C (or SIGTERM) ends at a checkpoint, the second at once. Raises KeyboardInterrupt."""

    async def main() -> Outcome:
        loop = asyncio.get_running_loop()
        running = asyncio.ensure_future(run())
        asked = False

        def ask() -> None:
            nonlocal asked
            if asked:
                os._exit(Exit.INTERRUPTED)
            asked = True
            say("Stopping at the next checkpoint; press Ctrl-C again to stop at once.")
            running.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ask)
        try:
            return await running
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    return asyncio.run(main())


def show_dry_run(request: CrawlRequest) -> None:
    """Every query's first page; nothing is written to the disk but the servers' own data."""
    from pixcrawler.bootstrap.open_app import open_app

    settings = settings_with(environment(request))

    async def main() -> int:
        async with open_app(settings) as app:
            return await preview(app, request)

    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
    sys.exit(Exit.INTERRUPTED)
