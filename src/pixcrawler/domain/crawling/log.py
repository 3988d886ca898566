"""What people read about a job afterwards: milestones and troubles, a handful of lines for each run."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.shared.ids import CrawlJobId

NOTED = "source_note"
"""The event of what a source lets the user know. In one run the same sentence is written once."""


LABELLING_FAILED = "labelling_failed"
"""The event of a vision model that was of no use."""


class Level(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """``event`` is a stable word for programs, ``message`` a sentence for people."""

    job_id: CrawlJobId
    run: int
    level: Level
    event: str
    message: str
    at: datetime


def created(job: CrawlJob, *, at: datetime) -> LogLine:
    sources = ", ".join(job.spec.sources)
    keywords = _number(len(job.spec.keywords), "keyword")
    return _line(job, at, "created", f"Created: {_images(job.max_images)} from {sources} for {keywords}.")


def started(job: CrawlJob, *, searches: int, at: datetime) -> LogLine:
    return _line(job, at, "started", f"Started with {_number(searches, 'search', 'es')}.")


def retried(job: CrawlJob, *, at: datetime) -> LogLine:
    return _line(job, at, "retried", f"Retried: run {job.run} does what was not done.")


def stopped(job: CrawlJob, *, at: datetime) -> LogLine:
    message = f"Stopped: {job.found:,} candidates were found, {job.good:,} of them were good."
    return _line(job, at, "stopped", message)


def search_failed(job: CrawlJob, *, source: str, text: str, why: str, at: datetime) -> LogLine:
    message = f"The search for “{text}” at {source} was given up: {why}"
    return _line(job, at, "search_failed", message, Level.WARNING)


def noted(job: CrawlJob, *, source: str, note: str, at: datetime) -> LogLine:
    return _line(job, at, NOTED, f"{source}: {note}", Level.WARNING)


def chunk_failed(job: CrawlJob, *, rejected: int, at: datetime) -> LogLine:
    """Why is in the worker's log, under the task's id: the sentence of a bug helps nobody here."""
    message = f"A chunk was given up; {_number(rejected, 'candidate')} can be retried."
    return _line(job, at, "chunk_failed", message, Level.WARNING)


def looked_on(job: CrawlJob, *, at: datetime) -> LogLine:
    message = "There were too few different pictures; more are being looked for."
    return _line(job, at, "settled_short", message)


def short(job: CrawlJob, images: Mapping[str, int], *, at: datetime) -> list[LogLine]:
    """A line for each label that has fewer ``images`` than it should have at least."""
    return [
        _line(
            job,
            at,
            "class_short",
            f"The class “{label}” has {images.get(label, 0):,} images, {least:,} were wanted at least.",
            Level.WARNING,
        )
        for label, least in job.spec.minimums.items()
        if images.get(label, 0) < least
    ]


def labelled(job: CrawlJob, *, sent: int, why: str | None, at: datetime) -> LogLine:
    """``sent`` pictures went to the model; ``why`` none of them was labelled."""
    told = f"The model was shown {_number(sent, 'picture')}."
    if why is None:
        return _line(job, at, "labelled", told)
    return _line(job, at, LABELLING_FAILED, f"{told} It was of no use: {why}", Level.WARNING)


def ended(job: CrawlJob, *, at: datetime) -> LogLine:
    """For a job that has just completed or failed."""
    if job.status is JobStatus.FAILED:
        return _line(job, at, "failed", f"Failed: {job.failure or 'nobody knows why.'}", Level.ERROR)
    kept = f"{job.accepted:,} of {_images(job.max_images)}"
    message = f"Completed: {kept} were accepted, {job.rejected:,} of {job.found:,} candidates rejected."
    return _line(job, at, "completed", message, Level.WARNING if job.missing else Level.INFO)


def _line(job: CrawlJob, at: datetime, event: str, message: str, level: Level = Level.INFO) -> LogLine:
    return LogLine(job_id=job.id, run=job.run, level=level, event=event, message=message[:2000], at=at)


def _images(number: int) -> str:
    return _number(number, "image")


def _number(number: int, noun: str, plural: str = "s") -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}{plural}"
