"""Aggregates in memory, with what Postgres would enforce: missing ids, versions, unique keys."""

import copy
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec

from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.query import Query, QueryStatus
from pixcrawler.domain.crawling.standing import Standing
from pixcrawler.domain.crawling.triage import BY_DESCRIPTION
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.errors import DatasetNotFound, DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.manifest import ManifestRow, timestamp
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.labels import Label, LabelSource
from pixcrawler.domain.imaging.prints import Print
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound
from pixcrawler.domain.shared.ids import (
    ChunkId,
    CrawlJobId,
    DatasetId,
    DatasetVersionId,
    ImageId,
    ProjectId,
    UserId,
)
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.memory_blocks import standing
from tests.fakes.memory_tables import CandidateEntry, ImageEntry, Tables

S = TypeVar("S", bound=Any)
change = msgspec.structs.replace
NEVER_ASKED = {Reason.LIMIT_REACHED.value, *(reason.value for reason in BY_DESCRIPTION)}


class MemoryRepository(Generic[S]):
    table: ClassVar[str]
    missing: ClassVar[type[NotFound]] = NotFound
    unique: ClassVar[tuple[str, ...]] = ("id",)

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.rows: dict[UUID, S] = getattr(tables, self.table)

    async def get(self, key: UUID) -> S:
        if key not in self.rows:
            raise self.missing(f"There is no such thing: {key}.")
        return copy.deepcopy(self.rows[key])

    locked = get

    async def add(self, item: S) -> None:
        taken = {tuple(getattr(row, name) for name in self.unique) for row in self.rows.values()}
        if item.id in self.rows or tuple(getattr(item, name) for name in self.unique) in taken:
            raise ChangedMeanwhile("It is there already.")
        self.rows[item.id] = copy.deepcopy(item)

    async def add_all(self, items: Sequence[S]) -> None:
        for item in items:
            await self.add(item)

    async def save(self, item: S) -> None:
        stored = await self.get(item.id)
        if hasattr(item, "version"):
            if stored.version != item.version:
                raise ChangedMeanwhile("Somebody else changed it meanwhile.")
            item.version += 1
        self.rows[item.id] = copy.deepcopy(item)

    async def delete(self, key: UUID) -> None:
        await self.get(key)
        self.tables.remove(self.table, {"id": key})


class MemoryProfiles(MemoryRepository[Profile]):
    table = "profiles"
    unique = ("name",)

    async def named(self, name: str) -> Profile | None:
        return next((copy.copy(row) for row in self.rows.values() if row.name == name), None)


class MemoryProjects(MemoryRepository[Project]):
    table = "projects"
    missing = ProjectNotFound
    unique = ("owner_id", "name")

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        mine = (row for row in self.rows.values() if (row.name, row.owner_id) == (name, owner))
        return next((copy.copy(row) for row in mine), None)

    async def running_jobs(self, project: ProjectId) -> int:
        return sum(job.status is JobStatus.RUNNING for job in self._jobs(project))

    async def delete(self, key: UUID) -> None:
        for job in self._jobs(key):
            self.tables.remove("tasks", {"subject_id": job.id})
        await super().delete(key)

    def _jobs(self, project: UUID) -> list[CrawlJob]:
        return [job for job in self.tables.crawl_jobs.values() if job.project_id == project]


class MemoryQueries(MemoryRepository[Query]):
    table = "queries"
    unique = ("job_id", "position")

    async def of_job(self, job: CrawlJobId) -> list[Query]:
        mine = [copy.copy(row) for row in self.rows.values() if row.job_id == job]
        return sorted(mine, key=lambda query: query.position)


class MemoryChunks(MemoryRepository[Chunk]):
    table = "chunks"
    unique = ("job_id", "keyword", "position")

    async def of_job(self, job: CrawlJobId) -> list[Chunk]:
        mine = [copy.copy(row) for row in self.rows.values() if row.job_id == job]
        return sorted(mine, key=lambda chunk: (chunk.keyword, chunk.position))

    async def next_position(self, job: CrawlJobId, keyword: int) -> int:
        return max((c.position + 1 for c in await self.of_job(job) if c.keyword == keyword), default=0)

    async def take_candidates(self, chunk: ChunkId) -> int:
        sightings = self.tables.sightings.values()
        sighted = {s.candidate_id for s in sightings if s.chunk_id == chunk and s.refused is None}
        candidates = self.tables.candidates
        free = [k for k in sighted if candidates[k].state == "pending" and candidates[k].chunk_id is None]
        for key in free:
            candidates[key] = change(candidates[key], chunk_id=chunk)
        return len(free)

    async def cancel_unfinished(self, job: CrawlJobId) -> dict[str, int]:
        for key, chunk in self.rows.items():
            if chunk.job_id == job and chunk.status in (ChunkStatus.PENDING, ChunkStatus.ACTIVE):
                self.rows[key] = change(chunk, status=ChunkStatus.CANCELLED)
        pending = [one for one in self._candidates(job) if one.state == "pending"]
        for one in pending:
            self.tables.candidates[one.id] = change(one, state="rejected", reason=Reason.CANCELLED.value)
        return {"cancelled": len(pending)} if pending else {}

    async def reopen(self, job: CrawlJobId, retryable: Sequence[Reason]) -> Mapping[str, int]:
        for one in self._candidates(job):
            never_asked = one.reason in NEVER_ASKED and one.retrieved_at is None
            if one.state == "pending" or one.reason in set(retryable) or never_asked:
                freed = change(one, state="pending", reason=None, evidence=None, chunk_id=None)
                self.tables.candidates[one.id] = freed
        for key, image in self.tables.images.items():
            if image.job_id == job and image.reason != Reason.REMOVED:
                leader = image.duplicate_of if image.review == "apart" else None
                stands = change(image, state="good", reason=None, duplicate_of=leader, candidate_id=None)
                self.tables.images[key] = stands
        candidates = self.tables.candidates
        sightings = self.tables.sightings.values()
        wanted = [s for s in sightings if s.refused is None]
        again = {s.chunk_id for s in wanted if candidates[s.candidate_id].state == "pending"}
        for chunk in await self.of_job(job):
            if chunk.id in again or chunk.status in (ChunkStatus.CANCELLED, ChunkStatus.ACTIVE):
                ended = [c for c in candidates.values() if c.chunk_id == chunk.id and c.state != "pending"]
                done = max(len(ended), chunk.good)
                self.rows[chunk.id] = change(chunk, status=ChunkStatus.PENDING, done=done, size=done)
        return rejected_by_reason(self.tables, job)

    def _candidates(self, job: CrawlJobId) -> list[CandidateEntry]:
        return [one for one in self.tables.candidates.values() if one.job_id == job]


def rejected_by_reason(tables: Tables, job: CrawlJobId) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in tables.candidates.values():
        if one.job_id == job and one.reason is not None:
            counted[one.reason] = counted.get(one.reason, 0) + 1
    return counted


class MemoryCrawlJobs(MemoryRepository[CrawlJob]):
    table = "crawl_jobs"
    missing = CrawlJobNotFound

    async def add_last(self, item: CrawlJob) -> None:
        await self.add(item)

    async def delete(self, key: UUID) -> None:
        self.tables.remove("tasks", {"subject_id": key})
        await super().delete(key)

    async def standings(self, job: CrawlJob) -> list[Standing]:
        chunks = await MemoryChunks(self.tables).of_job(job.id)
        queries = await MemoryQueries(self.tables).of_job(job.id)
        return [
            Standing(
                keyword=number,
                chunks=tuple(chunk for chunk in chunks if chunk.keyword == number),
                searching=any(q.searching for q in queries if q.keyword == number),
                exhausted=all(q.status is not QueryStatus.OPEN for q in queries if q.keyword == number),
                lost=job.lost[number],
            )
            for number in range(len(job.spec.keywords))
        ]


class MemoryDatasets(MemoryRepository[Dataset]):
    table = "datasets"
    missing = DatasetNotFound

    async def of_job(self, job: CrawlJobId) -> Dataset | None:
        mine = [row for row in self.rows.values() if row.selection == Selection(jobs=(job,))]
        return copy.copy(max(mine, key=lambda row: row.id, default=None))

    async def use(self, job: CrawlJobId) -> bool:
        return any(job in row.jobs for row in self.rows.values())


class MemoryVersions(MemoryRepository[DatasetVersion]):
    table = "versions"
    missing = DatasetVersionNotFound
    unique = ("dataset_id", "number")

    async def newest(self, dataset: DatasetId) -> DatasetVersion | None:
        mine = [row for row in self.rows.values() if row.dataset_id == dataset]
        return copy.copy(max(mine, key=lambda row: row.number, default=None))

    async def waiting(self, job: CrawlJobId) -> list[DatasetVersionId]:
        datasets = {one.id for one in self.tables.datasets.values() if job in one.jobs}
        mine = [one for one in self.tables.versions.values() if one.dataset_id in datasets]
        return sorted(one.id for one in mine if one.status == "pending")

    async def accepted(self, dataset: Dataset) -> AsyncIterator[Sequence[AcceptedImage]]:
        accepted = [image for image in self._accepted() if image.job_id in dataset.jobs]
        found = {(i.label, i.sha256): i for i in sorted(accepted, key=lambda i: (i.label or "", i.sha256))}
        for i in found.values():  # in pages of one
            look = Print(i.facts.width, i.facts.height, i.facts.phash, i.facts.dhash, i.facts.detail)
            yield [AcceptedImage(i.id, i.sha256, i.label or "", look, self._labels(i))]

    async def manifest_rows(self, images: Sequence[ImageId]) -> list[ManifestRow]:
        accepted = {image.id: image for image in self._accepted()}
        return [self._row(accepted[image]) for image in images if image in accepted]

    def _accepted(self) -> list[ImageEntry]:
        images = [image for image in self.tables.images.values() if image.state == "accepted"]
        return [image for image in images if not standing(self.tables).sha256(image.sha256)]

    def _labels(self, image: ImageEntry) -> tuple[Label, ...]:
        mine = (row.label for row in self.tables.labels.values() if row.image_id == image.id)
        return tuple(label for label in mine if label.source is not LabelSource.SOURCE_TAG)

    def _row(self, image: ImageEntry) -> ManifestRow:
        def is_of(chunk: Chunk) -> bool:
            place = (chunk.job_id, chunk.keyword, chunk.position)
            return place == (image.job_id, image.keyword, image.position)

        chunk = next(chunk for chunk in self.tables.chunks.values() if is_of(chunk))
        sightings = [s for s in self.tables.sightings.values() if s.chunk_id == chunk.id]
        seen = min((s for s in sightings if s.candidate_id == image.candidate_id), key=lambda s: s.rank)
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
