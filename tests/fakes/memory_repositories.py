"""Aggregates in memory, with what Postgres would enforce: missing ids, versions, unique keys."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec

from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import SHARED, CrawlJob, JobStatus
from pixcrawler.domain.crawling.query import Query, QueryStatus
from pixcrawler.domain.crawling.standing import Standing
from pixcrawler.domain.crawling.triage import BY_DESCRIPTION
from pixcrawler.domain.identity.errors import UserNotFound
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.projects.errors import ProjectNotFound
from pixcrawler.domain.projects.project import Project
from pixcrawler.domain.shared.errors import ChangedMeanwhile, NotFound
from pixcrawler.domain.shared.ids import (
    ChunkId,
    CrawlJobId,
    ProjectId,
    UserId,
)
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.memory_tables import (
    CandidateEntry,
    Tables,
)

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
    missing = UserNotFound
    unique = ("name", "email")

    async def named(self, name: str) -> Profile | None:
        mine = (row for row in self.rows.values() if (row.name, row.email) == (name, None))
        return next((copy.copy(row) for row in mine), None)

    async def running_jobs(self, user_id: UserId) -> int:
        jobs = self.tables.crawl_jobs.values()
        return sum(job.owner_id == user_id and job.status is JobStatus.RUNNING for job in jobs)

    async def delete(self, key: UUID) -> None:
        for job in [job for job in self.tables.crawl_jobs.values() if job.owner_id == key]:
            self.tables.remove("tasks", {"subject_id": job.id})
        self.tables.remove("tasks", {"owner_id": key})
        self.tables.deleted[key] = None
        await super().delete(key)


class MemoryProjects(MemoryRepository[Project]):
    table = "projects"
    missing = ProjectNotFound
    unique = ("owner_id", "name")

    async def named(self, name: str, *, owner: UserId) -> Project | None:
        mine = (row for row in self.rows.values() if (row.name, row.owner_id) == (name, owner))
        return next((copy.copy(row) for row in mine), None)

    async def with_level(self, key: ProjectId, *, of: UserId) -> tuple[Project, DefaultLevel | None]:
        return await self.get(key), self.tables.validation_levels.get(of)

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

    async def running_of(self, owner: UserId) -> int:
        mine = (job for job in self.rows.values() if (job.owner_id, job.lane) == (owner, SHARED))
        return sum(job.status is JobStatus.RUNNING for job in mine)

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
