"""Telling how a crawl ended."""

from typing import Any

import click
import msgspec

from pixcrawler.bootstrap.formats import EXPORT_FORMATS
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.shortfall import explained, may_pass
from pixcrawler.domain.datasets.version import Export
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.entrypoints.cli.crawling_run import Outcome
from pixcrawler.entrypoints.cli.exits import Exit, exit_of_task


def exit_of(outcome: Outcome) -> Exit:
    """Partial: fewer images than asked for, or some that failed for a reason that may pass."""
    job = outcome.job
    if job.status is not JobStatus.COMPLETED:
        return exit_of_task(job.failure_code)
    if job.found == 0:
        return Exit.NOT_FOUND
    again = any(Reason(reason).retryable for reason in job.reasons)
    short = (job.missing > 0 and (outcome.exact or again)) or short_classes(outcome)
    return Exit.PARTIAL if short or job.accepted == 0 or outcome.troubles else Exit.OK


def short_classes(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Label → images, minimum: of those that have fewer images than they should have at least."""
    counts = {} if outcome.export is None else outcome.export.counts
    found = {
        label: (sum(inside.get(label, 0) for inside in counts.values()), least)
        for label, least in outcome.job.spec.minimums.items()
    }
    return {label: (images, least) for label, (images, least) in found.items() if images < least}


def document(outcome: Outcome) -> dict[str, Any]:
    """What `--json` prints; fields are added, never renamed."""
    job, version, export = outcome.job, outcome.version, outcome.export
    made = None
    if version is not None and export is not None:
        made = {
            "path": str(outcome.dataset),
            "format": export.format,
            "archive": export.plan.archive,
            "conversion": msgspec.to_builtins(export.plan.conversion),
            "version": version.number,
            "digest": version.digest,
            "images": export.images,
            "bytes": export.bytes,
            "splits": export.counts,
        }
    return {
        "job": {
            "id": str(job.id),
            "status": job.status.value,
            "max_images": job.max_images,
            "accepted": job.accepted,
            "candidates": job.found,
            "rejected": dict(sorted(job.reasons.items())),
            "missing": job.missing if outcome.exact else 0,
            "failure": job.failure,
        },
        "keywords": msgspec.to_builtins(job.spec.keywords),
        "short_classes": {
            label: {"images": images, "minimum": least}
            for label, (images, least) in short_classes(outcome).items()
        },
        "troubles": list(outcome.troubles),
        "dataset": made,
        "report": str(outcome.report) if outcome.report else None,
    }


def tell(outcome: Outcome) -> None:
    """Data on stdout, the rest on stderr."""
    job, export = outcome.job, outcome.export
    if job.failure:
        click.echo(job.failure, err=True)
    if export is None:
        _tell_why(outcome)
        return
    splits = ", ".join(f"{name} {sum(classes.values())}" for name, classes in export.counts.items())
    click.echo(f"dataset  {outcome.dataset}")
    if outcome.report is not None:
        click.echo(f"report   {outcome.report}")
    click.echo(f"images   {export.images} ({splits}), {export.bytes / 1e6:,.1f} MB")
    if job.reasons:
        most_first = sorted(job.reasons.items(), key=lambda item: (-item[1], item[0]))
        click.echo("rejected " + ", ".join(f"{reason} {count}" for reason, count in most_first))
    for label, (images, least) in short_classes(outcome).items():
        click.echo(f"The class “{label}” has {images} images, {least} were wanted at least.", err=True)
    if outcome.exact and job.missing:
        _tell_why(outcome)
    elif job.missing and (passing := may_pass(job.reasons)):
        click.echo(f"{passing}; {_again(outcome)}", err=True)
    if outcome.report is None:
        again = f"pixcrawler crawl --resume --out {outcome.out}"
        click.echo(f"The report could not be written; with room for it: {again}", err=True)
    _tell_next(outcome, export)


def _tell_next(outcome: Outcome, export: Export) -> None:
    page = "\nNext: " if outcome.report is None else f"\nNext: open {outcome.report} in a browser, or "
    if export.plan.archive is not None:
        click.echo(f"{page}unpack {outcome.dataset}; the README.md in it says how it is loaded.", err=True)
    elif EXPORT_FORMATS[export.format].hub:
        click.echo(f"{page}load it in Python:", err=True)
        click.echo(f'  from datasets import load_dataset; ds = load_dataset("{outcome.out}")', err=True)
    else:
        click.echo(f"{page}load it as {outcome.out / 'README.md'} says.", err=True)


def _tell_why(outcome: Outcome) -> None:
    job = outcome.job
    if job.status is JobStatus.COMPLETED:
        click.echo(f"{job.accepted} of {job.max_images} images:", err=True)
        why = explained(job.max_images, job.accepted, job.reasons, outcome.troubles, again=_again(outcome))
        for sentence in why:
            click.echo(f"  {sentence}", err=True)
    if job.status is JobStatus.FAILED:
        click.echo(
            f"What was found is kept; go on with: pixcrawler crawl --resume --out {outcome.out}", err=True
        )


def _again(outcome: Outcome) -> str:
    return f"try them again with: pixcrawler crawl --resume --out {outcome.out}"
