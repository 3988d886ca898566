"""Showing how a job stands: a live bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import click

from pixcrawler.application.ports.reads import Progress as JobProgress
from pixcrawler.domain.crawling.job import JobStatus

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

SELDOM = 5.0


class Display(Protocol):
    def show(self, progress: JobProgress) -> None: ...
    def say(self, sentence: str) -> None: ...


def told(progress: JobProgress) -> str:
    """The numbers beside the bar."""
    job = progress.job
    parts = [f"{job.found:,} found", f"{job.rejected:,} rejected"]
    if job.started_at is not None and job.good:
        seconds = ((job.ended_at or progress.now) - job.started_at).total_seconds()
        rate = job.good / max(seconds, 0.1)
        parts.append(f"{rate:,.1f}/s")
        left = job.max_images - job.good
        if left > 0 and job.status is JobStatus.RUNNING:
            parts.append(f"about {left / rate:,.0f} s left")
    if job.settling:
        parts.append("settling duplicates")
    elif progress.searching and not progress.open_chunks:
        parts.append("searching")
    return " · ".join(parts)


def standing(progress: JobProgress) -> int:
    """Images so far; never more than asked for."""
    job = progress.job
    return job.accepted if job.status is JobStatus.COMPLETED else min(job.good, job.max_images)


@dataclass(slots=True)
class LiveDisplay:
    bar: "Progress"
    task: "TaskID"
    _said: set[str] = field(default_factory=set)

    def show(self, progress: JobProgress) -> None:
        self.bar.update(
            self.task,
            description="Crawling",
            total=progress.job.max_images,
            completed=standing(progress),
            told=told(progress),
        )
        for trouble in progress.troubles:
            self.say(f"{trouble.source}: {trouble.sentence}")
        for note in progress.notes:
            self.say(note)

    def say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self.bar.console.print(sentence, highlight=False, markup=False)


@dataclass(slots=True)
class PlainDisplay:
    _last: float = 0.0
    _shown: str = ""
    _said: set[str] = field(default_factory=set)

    def show(self, progress: JobProgress) -> None:
        line = f"{standing(progress)}/{progress.job.max_images} images · {told(progress)}"
        ended = progress.job.status is not JobStatus.RUNNING
        if (ended or time.monotonic() - self._last >= SELDOM) and line != self._shown:
            self._last, self._shown = time.monotonic(), line
            click.echo(line, err=True)
        for trouble in progress.troubles:
            self.say(f"{trouble.source}: {trouble.sentence}")
        for note in progress.notes:
            self.say(note)

    def say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            click.echo(sentence, err=True)


@contextmanager
def display() -> Iterator[Display]:
    """On stderr, which is for people; stdout stays data."""
    if not sys.stderr.isatty():
        yield PlainDisplay()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True, soft_wrap=True), transient=False) as bar:
        yield LiveDisplay(bar, bar.add_task("Starting", total=None, told=""))
