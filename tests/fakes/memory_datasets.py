"""Datasets, their versions and exports in memory."""

import copy
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec

from pixcrawler.application.ports.datasets import Description
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.manifest import ManifestRow, timestamp
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export
from pixcrawler.domain.imaging.labels import Label, LabelSource
from pixcrawler.domain.imaging.prints import Print
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId, ExportId, ImageId
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.memory_blocks import standing
from tests.fakes.memory_repositories import MemoryRepository
from tests.fakes.memory_tables import ImageEntry, SightingEntry, VersionObjectEntry


class MemoryDatasets(MemoryRepository[Dataset]):
    table = "datasets"
    missing = DatasetNotFound

    async def of_job(self, job: CrawlJobId) -> Dataset | None:
        mine = [row for row in self.rows.values() if row.selection == Selection(jobs=(job,))]
        return copy.copy(min(mine, key=lambda row: row.id, default=None))

    async def delete(self, key: UUID) -> None:
        versions = {one.id for one in self.tables.versions.values() if one.dataset_id == key}
        exports = {one.id for one in self.tables.exports.values() if one.version_id in versions}
        for subject in versions | exports:
            self.tables.remove("tasks", {"subject_id": subject})
        await super().delete(key)

    async def use(self, job: CrawlJobId) -> bool:
        pictures = {one.key for one in self.tables.images.values() if one.job_id == job}
        versions = self.tables.versions.values()
        built = {v.id for v in versions if v.status != "failed" and job in v.selection.all_jobs()}
        needed = (one for one in self.tables.version_objects.values() if one.version_id in built)
        return any(job in row.jobs for row in self.rows.values()) or any(n.key in pictures for n in needed)


class MemoryVersions(MemoryRepository[DatasetVersion]):
    table = "versions"
    missing = DatasetVersionNotFound
    unique = ("dataset_id", "number")

    async def newest(self, dataset: DatasetId) -> DatasetVersion | None:
        mine = [row for row in self.rows.values() if row.dataset_id == dataset]
        return copy.copy(max(mine, key=lambda row: row.number, default=None))

    async def waiting(self, job: CrawlJobId) -> list[DatasetVersionId]:
        labelled_still = {job for job, (_, is_open) in self.tables.labellings.items() if is_open}
        of_job = (one for one in self.tables.datasets.values() if job in one.jobs)
        datasets = {one.id for one in of_job if labelled_still.isdisjoint(one.jobs)}
        mine = [one for one in self.tables.versions.values() if one.dataset_id in datasets]
        return sorted(one.id for one in mine if one.status == "pending")

    async def numbered(self, dataset: DatasetId, number: int) -> DatasetVersion:
        for row in self.rows.values():
            if (row.dataset_id, row.number) == (dataset, number):
                return copy.copy(row)
        raise DatasetVersionNotFound(f"The dataset has no version {number}.")

    async def ready_before(self, version: DatasetVersion) -> DatasetVersion | None:
        ready = [row for row in self.rows.values() if row.status is BuildStatus.READY]
        older = [r for r in ready if r.dataset_id == version.dataset_id and r.number < version.number]
        return copy.copy(max(older, key=lambda row: row.number, default=None))

    async def accepted(self, jobs: Sequence[CrawlJobId]) -> AsyncIterator[Sequence[AcceptedImage]]:
        kept_out = {key for key, one in self.tables.quarantine.items() if one.released_at is None}
        mine = (image for image in self._accepted() if image.id not in kept_out)
        accepted = [image for image in mine if image.job_id in jobs]
        for i in sorted(accepted, key=lambda i: (i.label or "", i.sha256, i.job_id)):  # in pages of one
            look = Print(i.facts.width, i.facts.height, i.facts.phash, i.facts.dhash, i.facts.detail)
            yield [AcceptedImage(i.id, i.job_id, i.sha256, i.label or "", look, self._labels(i))]

    async def described(self, images: Sequence[ImageId]) -> dict[ImageId, Description]:
        return {i.id: self._description(i) for i in self._accepted() if i.id in images}

    async def need(self, version: DatasetVersionId, images: Sequence[ImageId]) -> None:
        for image in images:
            if (row := self.tables.images.get(image)) is not None:
                entry = VersionObjectEntry(version_id=version, key=row.key)
                self.tables.version_objects[version, row.key] = entry

    async def need_nothing(self, version: DatasetVersionId) -> None:
        for key in [key for key in self.tables.version_objects if key[0] == version]:
            del self.tables.version_objects[key]

    def _description(self, image: ImageEntry) -> Description:
        seen = self._sighting(image)
        people = [one for one in self._labels(image) if one.source is LabelSource.PERSON]
        return Description(
            rank=seen.rank,
            source=seen.candidate.source,
            license=seen.candidate.license,
            format=image.facts.format,
            bytes=image.bytes,
            validation=image.facts.validation,
            scores=image.facts.scores,
            review=image.review,
            reviewed=image.review is not None or bool(people),
            retrieved_at=image.retrieved_at,
        )

    async def manifest_rows(self, images: Sequence[ImageId]) -> list[ManifestRow]:
        accepted = {image.id: image for image in self._accepted()}
        return [self._row(accepted[image]) for image in images if image in accepted]

    def _accepted(self) -> list[ImageEntry]:
        images = [image for image in self.tables.images.values() if image.state == "accepted"]
        return [image for image in images if not standing(self.tables).sha256(image.sha256)]

    def _labels(self, image: ImageEntry) -> tuple[Label, ...]:
        mine = (row.label for row in self.tables.labels.values() if row.image_id == image.id)
        return tuple(label for label in mine if label.source is not LabelSource.SOURCE_TAG)

    def _chunk(self, image: ImageEntry) -> Chunk:
        def is_of(chunk: Chunk) -> bool:
            place = (chunk.job_id, chunk.keyword, chunk.position)
            return place == (image.job_id, image.keyword, image.position)

        return next(chunk for chunk in self.tables.chunks.values() if is_of(chunk))

    def _sighting(self, image: ImageEntry) -> SightingEntry:
        of_it = (self._chunk(image).id, image.candidate_id)
        there = (s for s in self.tables.sightings.values() if (s.chunk_id, s.candidate_id) == of_it)
        return min(there, key=lambda s: s.rank)

    def _row(self, image: ImageEntry) -> ManifestRow:
        chunk, seen = self._chunk(image), self._sighting(image)
        label, found = image.label or "", seen.candidate
        hashed = image.facts.validation is not Validation.BASIC
        copied = ("source", "source_id", "page_url", "title", "license", "license_url", "license_raw")
        more = ("author", "author_url", "attribution", "tags")
        return ManifestRow(
            sha256=image.sha256,
            key=image.key,
            label=label,
            labels=(label,) if label else (),
            width=image.facts.width,
            height=image.facts.height,
            format=image.facts.format,
            bytes=image.bytes,
            phash=f"{image.facts.phash:016x}" if hashed else None,
            dhash=f"{image.facts.dhash:016x}" if hashed else None,
            quality=None if image.facts.scores is None else msgspec.to_builtins(image.facts.scores),
            image_url=self.tables.candidates[seen.candidate_id].url,
            query=self.tables.queries[chunk.query_id].text or None,
            retrieved_at=timestamp(image.retrieved_at),
            **{name: getattr(found, name) for name in (*copied, *more)},
        )


class MemoryExports(MemoryRepository[Export]):
    table = "exports"
    missing = ExportNotFound

    async def delete(self, key: UUID) -> None:
        self.tables.remove("tasks", {"subject_id": key})
        await super().delete(key)

    async def with_objects(self, keys: Sequence[str]) -> list[ExportId]:
        versions = {one.version_id for one in self.tables.version_objects.values() if one.key in keys}
        mine = (row for row in self.rows.values() if row.version_id in versions)
        return sorted(row.id for row in mine if row.key or row.status is BuildStatus.BUILDING)
