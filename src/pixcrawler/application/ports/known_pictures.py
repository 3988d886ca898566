"""What an owner's other jobs have already: the index that copies across jobs are found in.

Never across owners. A picture is known while it is an accepted image of a completed job.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.settle import Picture
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.ids import ImageId, UserId


class KnownPicture(msgspec.Struct, frozen=True):
    """An accepted image of another job. ``group`` is its duplicate group, if it is in one."""

    image: ImageId
    picture: Picture
    facts: Facts
    group: UUID | None


class KnownPictures(Protocol):
    """All methods belong to the unit of work that hands it out."""

    async def others(self, job: CrawlJob) -> str:
        """Which other jobs of the owner are completed, as a word that changes with them; empty: none."""
        ...

    async def alike(
        self, job: CrawlJob, digests: Sequence[str], phashes: Sequence[int], bits: int
    ) -> list[KnownPicture]:
        """Known pictures with one of these SHA-256, or whose phash differs from one of these in at most so
        many bits (0 to 8), by image id.

        Of more than 16,384 of the owner's pictures that share a quarter of a phash so many are looked at.
        """
        ...

    async def hold(self, owner: UserId) -> None:
        """Until the unit of work ends, nobody else holds this owner's pictures."""
        ...

    async def group(self, owner: UserId, groups: Mapping[ImageId, UUID], merged: Mapping[UUID, UUID]) -> None:
        """Put images into duplicate groups, and all of some groups into others."""
        ...
