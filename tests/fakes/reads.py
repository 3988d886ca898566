"""Reads of one job, with answers that a test wrote itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pixcrawler.application.ports.reads import DroppedCopy, Progress, RejectedCandidate, SourceTrouble
from pixcrawler.application.ports.report import Report
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.aggregates import AT


class WrittenReads:
    """Remembers who asked."""

    def __init__(
        self, job: CrawlJob, *, copies: Sequence[DroppedCopy] = (), troubles: Sequence[SourceTrouble] = ()
    ) -> None:
        self.job = job
        self.copies = list(copies)
        self.troubles = tuple(troubles)
        self.askers: list[Any] = []

    async def progress(self, _job_id: Any, *, visible_to: Any) -> Progress:
        self.askers.append(visible_to)
        return Progress(job=self.job, open_chunks=0, searching=0, asked=1, troubles=self.troubles, now=AT)

    async def rejected(
        self, _job_id: Any, reasons: Sequence[Reason], *, most: int, visible_to: Any
    ) -> dict[Reason, list[RejectedCandidate]]:
        self.askers.append(visible_to)
        return {reason: [RejectedCandidate("https://a.example/x", "why")][:most] for reason in reasons}

    async def near_duplicates(
        self, _job_id: Any, *, most: int, visible_to: Any
    ) -> tuple[int, list[DroppedCopy]]:
        self.askers.append(visible_to)
        return len({copy.kept for copy in self.copies}), self.copies[:most]

    async def downloaded(self, _job_id: Any, *, visible_to: Any) -> tuple[int, int]:
        self.askers.append(visible_to)
        return 5, 4


class KeptReports:
    """A report writer that keeps what it was given."""

    def __init__(self) -> None:
        self.written: list[tuple[Report, Path]] = []

    async def prepare(self) -> None: ...

    async def write(self, report: Report, into: Path) -> None:
        self.written.append((report, into))
