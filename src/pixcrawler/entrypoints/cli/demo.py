"""`pixcrawler demo`."""

import shutil
import sys
from pathlib import Path

import click

from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.cli.crawl import interruptible
from pixcrawler.entrypoints.cli.crawling_run import CrawlRun, Outcome
from pixcrawler.entrypoints.cli.demo_web.server import DEMO_KEYWORDS, demo_web
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.out_folder import OutFolder
from pixcrawler.entrypoints.cli.outcome import document, exit_of, tell
from pixcrawler.entrypoints.cli.progress import Display, display
from pixcrawler.entrypoints.cli.request import CrawlRequest
from pixcrawler.entrypoints.cli.running import fail, print_json, settings_with

IMAGES = 54
SEED = 7
MARK = ".pixcrawler-demo"

REQUEST = CrawlRequest(
    keywords=DEMO_KEYWORDS,
    sources=("openverse",),
    max_images=IMAGES,
    out=None,
    inputs=(),
    config=None,
    format="imagefolder",
    split="80/10/10",
    min_size=(200, 200),
    max_size=None,
    file_types=(),
    license="",
    dedup="medium",
    dedup_scope="job",
    validation="standard",
    validation_mode="reject",
    exclude=(),
    safe_search="moderate",
    image_type=None,
    color=None,
    language=None,
    seed=SEED,
    concurrency=None,
    dry_run=False,
    resume=False,
    as_json=False,
)


@click.command(epilog="Example:  pixcrawler demo --out my-first-dataset")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("pixcrawler-demo"),
    show_default=True,
    metavar="DIR",
    help="Where the dataset goes; an earlier demo there is replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def command(*, out: Path, as_json: bool) -> None:
    """See the whole job at work, with no internet: starts real servers and a small web of pictures on
    this machine, crawls it, and leaves a dataset with a report to look at.
    """
    folder = OutFolder(out)
    try:
        clear_earlier(folder)
        folder.check_free()
        with folder.held(), display() as shown:
            outcome = _interruptible(folder, shown)
    except DomainError as error:
        fail(error, as_json=as_json)
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        sys.exit(Exit.INTERRUPTED)
    if as_json:
        print_json(document(outcome))
    else:
        tell(outcome)
        click.echo('Then crawl the real web:  pixcrawler crawl "red fox" --max-images 50', err=True)
    sys.exit(exit_of(outcome))


def clear_earlier(folder: OutFolder) -> None:
    """Remove an earlier demo, and nothing else: it carries our mark."""
    if (folder.path / MARK).is_file():
        shutil.rmtree(folder.path)


def _interruptible(folder: OutFolder, shown: Display) -> Outcome:
    async def main() -> Outcome:
        (folder.path / MARK).write_text("Made by `pixcrawler demo`, which will replace it.\n")
        shown.say("Painting a small web of pictures, and starting Postgres and Valkey.")
        async with demo_web(SEED) as web:
            environ = _environment(web.port)
            run = CrawlRun(
                request=REQUEST,
                settings=settings_with(environ),
                environ=environ,
                out=folder,
                show=shown.show,
                say=shown.say,
            )
            return await run()

    return interruptible(main, shown.say)


def _environment(port: int) -> dict[str, str]:
    """The demo's own web, and nothing else on this machine, may be fetched; it needs no polite pace."""
    return {
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{port}",
        "FETCH_PER_HOST_RATE": "0",
        "FETCH_RETRY_MIN": "0.2",
        "FETCH_RETRY_MAX": "1",
        "SOURCE_OPENVERSE_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "SOURCE_OPENVERSE_INTERVAL": "0.1",
        "SOURCE_OPENVERSE_ENABLED": "true",
        "QUEUE_RETRY_SECONDS": "1",
    }
