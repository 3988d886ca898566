"""Saying of single pictures which copy stays; all methods belong to the unit of work that hands it out."""

from typing import Protocol

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId
from pixcrawler.domain.shared.reasons import Reason


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was taken for a copy, or is one that somebody restored.

    ``candidate`` stands for it. ``reason`` is None for one that is accepted. ``leader`` is the picture that
    it is a copy of, in the job ``leader_job``, with the ``same_bytes`` or not; None where that is gone, or is
    no longer accepted.
    """

    image: ImageId
    candidate: CandidateId
    reason: Reason | None
    restored: bool
    leader: ImageId | None
    leader_job: CrawlJobId | None
    same_bytes: bool

    @property
    def kind(self) -> Reason:
        """What it is rejected as."""
        return Reason.DUPLICATE_EXACT if self.same_bytes else Reason.DUPLICATE_NEAR


class Copies(Protocol):
    async def find(self, job: CrawlJob, candidate: CandidateId) -> Copy:
        """The picture that this address of the job showed. Raises ImageHasNoFile where it showed none."""
        ...

    async def keep(self, job: CrawlJob, copy: Copy) -> None:
        """Accept it besides its leader, and never again take it for a copy."""
        ...

    async def keep_instead(self, job: CrawlJob, copy: Copy) -> None:
        """Accept it in place of its leader, of the same job; the copies of that are now copies of it."""
        ...

    async def drop(self, job: CrawlJob, copy: Copy) -> None:
        """Undo ``keep``: rejected as a copy of its leader."""
        ...
