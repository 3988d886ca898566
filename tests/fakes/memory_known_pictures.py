"""What an owner's other jobs have, in memory."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.settle import Picture
from pixcrawler.domain.shared.ids import ImageId, UserId
from tests.fakes.memory_tables import ImageEntry, Tables

change = msgspec.structs.replace


class MemoryKnownPictures:
    """Units of work in memory are one at a time, so nobody need be held off."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def others(self, job: CrawlJob) -> str:
        return " ".join(sorted(f"{one.id}:{one.run}" for one in self._others(job)))

    async def alike(
        self, job: CrawlJob, digests: Sequence[str], phashes: Sequence[int], bits: int
    ) -> list[KnownPicture]:
        others = {one.id for one in self._others(job)}

        def near(image: ImageEntry) -> bool:
            return any((image.facts.phash ^ phash).bit_count() <= bits for phash in phashes)

        found = [
            KnownPicture(
                image.id,
                Picture(image.facts.width * image.facts.height, image.bytes, image.sha256),
                image.facts,
                image.duplicate_group,
            )
            for image in self.tables.images.values()
            if image.job_id in others and image.state == "accepted"
            if image.sha256 in digests or near(image)
        ]
        return sorted(found, key=lambda one: one.image)

    async def hold(self, owner: UserId) -> None:
        """Held already."""

    async def group(self, owner: UserId, groups: Mapping[ImageId, UUID], merged: Mapping[UUID, UUID]) -> None:
        for key, image in self.tables.images.items():
            if image.owner_id != owner:
                continue
            old = image.duplicate_group
            group = groups.get(image.id, old if old is None else merged.get(old, old))
            self.tables.images[key] = change(image, duplicate_group=group)

    def _others(self, job: CrawlJob) -> list[CrawlJob]:
        jobs = self.tables.crawl_jobs.values()
        mine = [one for one in jobs if one.owner_id == job.owner_id and one.id != job.id]
        return [one for one in mine if one.status is JobStatus.COMPLETED]
