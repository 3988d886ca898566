"""Reading without rules. Every method demands who is asking; what they may not see is not there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetVersionId, ExportId
from pixcrawler.domain.shared.reasons import Reason


class SourceTrouble(msgspec.Struct, frozen=True):
    """A query that failed, or a search that is being tried again."""

    source: str
    sentence: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands: its counters, and what is going on. ``asked`` counts searched pages, ``notes``
    is what its sources let the user know."""

    job: CrawlJob
    open_chunks: int
    searching: int
    asked: int
    troubles: tuple[SourceTrouble, ...]
    now: datetime
    notes: tuple[str, ...] = ()


class RejectedCandidate(msgspec.Struct, frozen=True):
    url: str
    evidence: str


class DroppedCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was dropped for a better copy; ``kept`` and ``dropped`` are SHA-256 (hex),
    ``distance`` how many bits of the two perceptual hashes differ."""

    kept: str
    dropped: str
    key: str
    bytes: int
    facts: Facts
    url: str
    distance: int


class Reads(Protocol):
    async def progress(self, job_id: CrawlJobId, *, visible_to: Actor) -> Progress:
        """Raises CrawlJobNotFound."""
        ...

    async def version(self, version_id: DatasetVersionId, *, visible_to: Actor) -> DatasetVersion: ...

    async def export(self, export_id: ExportId, *, visible_to: Actor) -> Export: ...

    async def open_tasks(self, subject: UUID, *, visible_to: Actor) -> int:
        """Tasks about this that have not ended."""
        ...

    async def rejected(
        self, job_id: CrawlJobId, reasons: Sequence[Reason], *, most: int, visible_to: Actor
    ) -> dict[Reason, list[RejectedCandidate]]:
        """Up to ``most`` examples for each reason."""
        ...

    async def near_duplicates(
        self, job_id: CrawlJobId, *, most: int, visible_to: Actor
    ) -> tuple[int, list[DroppedCopy]]:
        """How many pictures have dropped near-duplicates, and the copies of up to ``most`` of them."""
        ...

    async def downloaded(self, job_id: CrawlJobId, *, visible_to: Actor) -> tuple[int, int]:
        """(candidates whose file came whole, distinct pictures among them that were acceptable)."""
        ...
