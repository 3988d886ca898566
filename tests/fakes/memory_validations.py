"""Looks at stored pictures, in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pixcrawler.application.ports.validations import Named, Page, StoredPicture
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.judgement import Judgement
from pixcrawler.domain.imaging.validation import DefaultLevel, ValidationChunk, ValidationRun
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId, UserId, ValidationId
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_repositories import MemoryRepository, change
from tests.fakes.memory_tables import QuarantineEntry, ResultEntry, Tables


class MemoryValidations(MemoryRepository[ValidationRun]):
    table = "validations"
    missing = ValidationNotFound

    async def open_of(self, owner: UserId) -> int:
        return sum(run.owner_id == owner and not run.is_over for run in self.rows.values())


class MemoryValidationChunks(MemoryRepository[ValidationChunk]):
    table = "validation_chunks"
    missing = ValidationNotFound

    async def forget(self, validation: ValidationId) -> None:
        self.tables.remove("validation_chunks", {"validation_id": validation})


class MemoryValidationLevels:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def of(self, owner: UserId) -> DefaultLevel:
        return self.tables.validation_levels.get(owner, DefaultLevel())

    async def set(self, owner: UserId, level: DefaultLevel) -> None:
        self.tables.validation_levels[owner] = level


class MemoryLooks:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def named(self, candidates: Sequence[CandidateId]) -> dict[CandidateId, Named]:
        asked = (self.tables.candidates.get(one) for one in candidates)
        there = [one for one in asked if one is not None and one.state != "pending"]
        return {
            one.id: Named(one.id, one.image_id, one.job_id, self.tables.crawl_jobs[one.job_id].owner_id)
            for one in there
            if one.reason != Reason.REMOVED
        }

    async def of_job(self, job: CrawlJobId, *, after: str, most: int) -> Page:
        images = [one for one in self.tables.images.values() if one.job_id == job and one.sha256 > after]
        kept = [one for one in images if one.reason != Reason.REMOVED]
        page = sorted(kept, key=lambda one: one.sha256)[:most]
        return Page(tuple(one.id for one in page), page[-1].sha256 if len(page) == most else None)

    async def stored(self, images: Sequence[ImageId]) -> list[StoredPicture]:
        there = (self.tables.images[image] for image in images if image in self.tables.images)
        return [
            StoredPicture(one.id, one.key, one.sha256, one.state == "accepted")
            for one in there
            if one.reason != Reason.REMOVED
        ]

    async def record(
        self, run: ValidationRun, judgements: Mapping[ImageId, Judgement], *, at: datetime
    ) -> None:
        for image, judgement in judgements.items():
            earlier = self.tables.validation_results.get((image, run.level))
            if earlier is None or earlier.at <= at:
                entry = ResultEntry(validation_id=run.id, judgement=judgement, at=at)
                self.tables.validation_results[image, run.level] = entry

    async def quarantine(self, images: Mapping[ImageId, Reason], *, at: datetime) -> int:
        standing = [image for image in images if self.tables.images[image].state == "accepted"]
        new = [image for image in standing if image not in self.tables.quarantine]
        for image in new:
            self.tables.quarantine[image] = QuarantineEntry(reason=images[image].value, at=at)
        return len(new)

    async def hold_back(self, image: ImageId, *, at: datetime) -> bool:
        held = self.tables.quarantine.get(image)
        if held is not None and held.released_at is None:
            return False
        self.tables.quarantine[image] = QuarantineEntry(reason=None, at=at)
        return True

    async def release(self, image: ImageId, *, at: datetime) -> bool:
        held = self.tables.quarantine.get(image, QuarantineEntry(reason=None, at=at))
        if held.released_at is not None:
            return False
        self.tables.quarantine[image] = change(held, released_at=at)
        return True
