"""The list of what may not come back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.application.ports.repositories import Bad, Good
from pixcrawler.domain.crawling.blocking import Block, Blocked, BlockList, Taken
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.reasons import Reason


class Shown(msgspec.Struct, frozen=True):
    """Where a picture is: in this job, under this key of the store."""

    job: CrawlJobId
    sha256: str
    key: str


class TakenAway(msgspec.Struct, frozen=True):
    """What a job lost: ``pictures`` in all; ``standing`` candidates that were good, and the rejected ones
    by the reason that they had."""

    pictures: int
    standing: int
    undone: dict[str, int]


class Blocks(Protocol):
    """Entries are never deleted. A kind and value has one entry at most that is not lifted."""

    async def add(self, block: Block) -> bool:
        """Whether it is new: what is blocked already stays as it is, but for ``taken_down``.

        From the commit on, no candidate is recorded good with bytes of this SHA-256; those that are being
        recorded meanwhile are waited for.
        """
        ...

    async def lift(self, blocked: Blocked, *, at: datetime) -> bool:
        """Whether it was blocked."""
        ...

    async def all(self) -> list[Block]:
        """Oldest first, without the lifted ones."""
        ...

    async def shown(self, blocked: Blocked) -> list[Shown]:
        """The pictures that this names, of all owners: by their URL (also one that redirects led to), their
        bytes, or a perceptual hash that is near."""
        ...

    async def take_away(self, job: CrawlJob, digests: Sequence[str], evidence: str) -> TakenAway:
        """Delete what the job's rows know of pictures with these SHA-256; the candidates that brought them
        are rejected as ``blocked``."""
        ...

    async def taken_down(self, digests: Sequence[str], *, since: datetime) -> list[Taken]:
        """Which of these were taken down after that moment."""
        ...


def without_barred(known: BlockList, good: Sequence[Good]) -> tuple[list[Good], list[Bad]]:
    """Pictures that were blocked while they were looked at are rejected after all."""
    left: list[Good] = []
    barred: list[Bad] = []
    for one in good:
        evidence = known.sha256(one.sha256) or known.phash(one.facts.phash)
        if evidence is None:
            left.append(one)
            continue
        barred.append(
            Bad(
                candidate=one.candidate,
                reason=Reason.BLOCKED,
                evidence=evidence,
                retrieved_at=one.retrieved_at,
            )
        )
    return left, barred


class KnownBlocks(Protocol):
    """What a worker asks before it fetches and before it stores: seconds old at most, and from memory."""

    async def current(self) -> BlockList:
        """Raises Unavailable."""
        ...
