"""`pixcrawler datasets`. Works without the platform: it stands on the SDK."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
import msgspec

import pixcrawler_sdk as sdk
from pixcrawler.entrypoints.cli.exits import Exit

LISTED = 100
"""Problems that are listed; of the rest there is the number."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The document of ``verify --json``. ``more_problems`` is how many are not listed; ``notes`` say what was
    not looked at; ``digest`` is the version's, None where it cannot be summed up from the rows."""

    ok: bool
    path: str
    kind: str
    files: int
    bytes: int
    images: int
    digest: str | None
    counts: dict[str, dict[str, int]]
    problems: tuple[sdk.Problem, ...]
    more_problems: int
    notes: tuple[str, ...]


@click.group(epilog="Example:  pixcrawler datasets verify dataset-fox")
def command() -> None:
    """Look at datasets on this machine."""


@command.command(epilog="Example:  pixcrawler datasets verify fox-v1.zip --json")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
def verify(*, path: Path, as_json: bool) -> None:
    """Check a dataset, a folder or an archive of ours, against its own checksums and manifest.

    Each problem is one line. Archives are not unpacked.

    Exit codes: 0 all is well, 2 it needs a library that is not installed, 4 there is no dataset at PATH,
    7 something is wrong with it.
    """
    report = _verified(path, as_json=as_json)
    if as_json:
        _print_json(_told(report))
    else:
        _print(report)
    sys.exit(Exit.OK if report.ok else Exit.VERIFICATION)


def _verified(path: Path, *, as_json: bool) -> sdk.Report:
    try:
        with _shown() as progress:
            return sdk.verify(path, max_problems=LISTED, progress=progress)
    except sdk.DatasetNotFoundError as error:
        _fail(str(error), "DATASET_NOT_FOUND", Exit.NOT_FOUND, as_json=as_json)
    except sdk.MissingDependencyError as error:
        _fail(str(error), "MISSING_DEPENDENCY", Exit.USAGE, as_json=as_json)
    except OSError as error:
        _fail(
            f"{path} cannot be read: {error.strerror or error}", "UNREADABLE", Exit.FAILURE, as_json=as_json
        )
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        sys.exit(Exit.INTERRUPTED)


@contextmanager
def _shown() -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("Verifying"), BarColumn(bar_width=28), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(report: sdk.Report) -> None:
    for problem in report.problems:
        click.echo(f"{problem.code}  {problem}")
    if report.more:
        click.echo(f"and {report.more:,} more problems")
    for note in report.notes:
        click.echo(note, err=True)
    looked = f"{report.images:,} images, {report.files:,} files, {report.bytes:,} bytes"
    if report.ok:
        click.echo(f"{report.path}: all is well; {looked}")
    else:
        count = len(report.problems) + report.more
        told = "1 problem" if count == 1 else f"{count:,} problems"
        click.echo(f"{report.path}: {told}; looked at {looked}", err=True)


def _told(report: sdk.Report) -> Told:
    return Told(
        ok=report.ok,
        path=report.path,
        kind=report.kind,
        files=report.files,
        bytes=report.bytes,
        images=report.images,
        digest=report.digest,
        counts=report.counts,
        problems=report.problems,
        more_problems=report.more,
        notes=report.notes,
    )


def _fail(sentence: str, code: str, end: Exit, *, as_json: bool) -> NoReturn:
    if as_json:
        _print_json({"error": {"message": sentence, "error_code": code, "field": None}})
    click.echo(sentence, err=True)
    sys.exit(end)


def _print_json(document: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
