"""Labels in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from pixcrawler.application.ports.labels import LISTS, MOST_TAGS, ToJudge
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import MAX_FOUND_LENGTH, Label, LabelSource
from pixcrawler.domain.shared.ids import CandidateId, ImageId, UserId
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_tables import ImageEntry, LabelEntry, SightingEntry, Tables

SAYING = (LabelSource.PERSON, LabelSource.MODEL)


class MemoryImageLabels:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def found(self, job: CrawlJob, labels: Mapping[ImageId, Sequence[str]]) -> None:
        images = [one for one in self.tables.images.values() if one.job_id == job.id]
        for image in images:
            self._forget(image.id, *(set(LabelSource) - set(SAYING)))
        for image in images:
            if image.state == "accepted":
                self._found(job, image, labels.get(image.id))

    def _found(self, job: CrawlJob, image: ImageEntry, several: Sequence[str] | None) -> None:
        place = self._place(image)
        assert image.keyword is not None
        word = job.spec.keywords[image.keyword]
        if several is None:
            kind = LabelSource.CATEGORY if word.by_category else LabelSource.QUERY
            own = LabelSource.CATEGORY if place and place.candidate.source in LISTS else LabelSource.TAXON
            if place and place.candidate.label:
                self._add(image.id, Label(place.candidate.label, own))
            self._add(image.id, Label(word.label, kind, 1))
        for rank, label in enumerate(several or ()):
            self._add(image.id, Label(label, self._kind(job, label), rank))
        for number, tag in enumerate(place.candidate.tags[:MOST_TAGS] if place else (), 1):
            self._add(image.id, Label(tag, LabelSource.SOURCE_TAG, number))

    def _kind(self, job: CrawlJob, label: str) -> LabelSource:
        named = [keyword for keyword in job.spec.keywords if keyword.label == label]
        if not named:
            return LabelSource.CATEGORY if LISTS.issuperset(job.spec.sources) else LabelSource.TAXON
        return LabelSource.CATEGORY if any(one.by_category for one in named) else LabelSource.QUERY

    def _place(self, image: ImageEntry) -> SightingEntry | None:
        places = [
            seen
            for seen in self.tables.sightings.values()
            if seen.candidate_id == image.candidate_id and seen.refused is None
            if (chunk := self.tables.chunks[seen.chunk_id]).keyword == image.keyword
            and chunk.position == image.position
            if seen.candidate.label or seen.candidate.tags
        ]
        return min(places, key=lambda seen: seen.rank, default=None)

    def _add(
        self, image: ImageId, one: Label, *, by: UserId | None = None, at: datetime | None = None
    ) -> None:
        if one.label:
            cut = msgspec.structs.replace(one, label=one.label[:MAX_FOUND_LENGTH])
            key = (image, cut.source, cut.label, cut.model)
            self.tables.labels.setdefault(key, LabelEntry(image_id=image, label=cut, by=by, at=at))

    def _forget(self, image: UUID, *sources: LabelSource, model: str | None = None) -> None:
        for key, row in list(self.tables.labels.items()):
            if row.image_id == image and row.label.source in sources and model in (None, row.label.model):
                del self.tables.labels[key]

    async def said(self, job: CrawlJob) -> dict[ImageId, list[Label]]:
        found: dict[ImageId, list[Label]] = {}
        for image in self.tables.images.values():
            rows = await self.of_image(image.id)
            if image.job_id == job.id and image.state == "accepted" and any(r.source in SAYING for r in rows):
                found[image.id] = [row for row in rows if row.source is not LabelSource.SOURCE_TAG]
        return found

    async def said_of(self, images: Sequence[ImageId]) -> dict[ImageId, list[Label]]:
        standing = [one for one in images if self.tables.images[one].state == "accepted"]
        tag = LabelSource.SOURCE_TAG
        return {one: [row for row in await self.of_image(one) if row.source is not tag] for one in standing}

    async def classes(self, job: CrawlJob) -> list[str]:
        images = [one.id for one in self.tables.images.values() if one.job_id == job.id]
        found = [row for rows in (await self.said_of(images)).values() for row in rows]
        own = {row.label for row in found if row.source in (LabelSource.TAXON, LabelSource.CATEGORY)}
        return sorted(own | {label for label in job.spec.labels if label})

    async def open(self, job: CrawlJob) -> None:
        sent, _ = self.tables.labellings.get(job.id, (0, False))
        self.tables.labellings[job.id] = (sent, True)

    async def close(self, job: CrawlJob) -> int:
        if job.id in self.tables.labellings:
            self.tables.labellings[job.id] = (self.tables.labellings[job.id][0], False)
        return self.tables.labellings.get(job.id, (0, False))[0]

    async def is_open(self, job: CrawlJob) -> bool:
        return self.tables.labellings.get(job.id, (0, False))[1]

    async def to_judge(
        self, job: CrawlJob, model: str, *, besides: Sequence[ImageId], most: int
    ) -> list[ToJudge]:
        found = []
        for image in sorted(self.tables.images.values(), key=lambda one: one.sha256):
            rows = await self.of_image(image.id)
            judged = any(r.source is LabelSource.PERSON or r.model == model for r in rows)
            if (image.job_id, image.state) == (job.id, "accepted") and not judged and image.id not in besides:
                found.append(ToJudge(image.id, image.key))
        return found[:most]

    async def reserve(self, job: CrawlJob, wanted: int, *, most: int) -> int:
        if job.id not in self.tables.labellings:
            return 0
        sent, is_open = self.tables.labellings[job.id]
        granted = min(wanted, max(0, most - sent))
        self.tables.labellings[job.id] = (sent + granted, is_open)
        return granted

    async def image_of(self, candidate: CandidateId) -> ImageId:
        one = self.tables.candidates.get(candidate)
        if one is None or one.reason == Reason.REMOVED:
            raise ImageNotFound(f"There is no image {candidate}.")
        image = None if one.image_id is None else self.tables.images[one.image_id]
        if image is None or image.candidate_id != candidate or image.state != "accepted":
            raise ImageHasNoFile(f"Image {candidate} was not accepted, so it has no labels.")
        return image.id

    async def of_image(self, image: ImageId) -> list[Label]:
        mine = [row.label for row in self.tables.labels.values() if row.image_id == image]
        return sorted(mine, key=lambda one: (one.source, one.rank, one.label))

    async def by_person(self, image: ImageId, labels: Sequence[str], *, by: UserId, at: datetime) -> None:
        self._forget(image, LabelSource.PERSON)
        for rank, label in enumerate(labels):
            self._add(image, Label(label, LabelSource.PERSON, rank), by=by, at=at)

    async def by_model(self, labels: Mapping[ImageId, Label], *, at: datetime) -> None:
        for image, one in labels.items():
            self._forget(image, LabelSource.MODEL, model=one.model)
            self._add(image, one, at=at)

    async def choose(self, labels: Mapping[ImageId, str | None]) -> None:
        for image, label in labels.items():
            self.tables.images[image] = msgspec.structs.replace(self.tables.images[image], label=label)
