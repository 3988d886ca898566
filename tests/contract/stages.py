"""Where the contract of units of work is played: in memory and on Postgres, looked at in the same words."""

from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.activity_reads import PostgresActivityReads
from pixcrawler.adapters.postgres.key_reads import PostgresApiKeyReads
from pixcrawler.adapters.postgres.key_ring import PostgresKeyRing
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.delivery.reactions import CAUSED, GOING_ON, reactions_to
from pixcrawler.application.ports.activity import ActivityReads
from pixcrawler.application.ports.api_keys import ApiKeyReads
from pixcrawler.application.ports.image_lists import ImageLists
from pixcrawler.application.ports.key_ring import KeyRing
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.domain.crawling.chunk import Chunk
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.query import Query
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, DatasetVersionId
from tests.fakes.aggregates import Aggregates, sightings
from tests.fakes.memory_activity import MemoryActivityReads
from tests.fakes.memory_keys import MemoryApiKeyReads, MemoryKeyRing
from tests.fakes.memory_transaction import MemoryDatabase, MemoryTransaction

S = TypeVar("S", bound=msgspec.Struct)


class CandidateSeen(msgspec.Struct, frozen=True):
    id: UUID
    url: str
    state: str
    reason: str | None
    chunk_id: UUID | None
    image_id: UUID | None
    evidence: str | None
    attempts: int


class ImageSeen(msgspec.Struct, frozen=True):
    id: UUID
    sha256: str
    state: str
    reason: str | None
    duplicate_of: UUID | None
    candidate_id: UUID | None
    keyword: int | None
    position: int | None
    label: str | None


class TaskSeen(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    payload: bytes
    queue: str
    priority: int
    lane: str
    owner_id: UUID | None
    subject_id: UUID | None
    run: int | None
    request_id: str | None
    state: str


class LogSeen(msgspec.Struct, frozen=True):
    level: str
    event: str
    message: str
    run: int
    request_id: str | None


class Stage(Protocol):
    """``request_id`` is what the units of work take for the id of the request that is worked on."""

    make: Aggregates
    request_id: str | None

    @property
    def transaction(self) -> Transaction: ...

    @property
    def key_ring(self) -> KeyRing: ...

    @property
    def api_key_reads(self) -> ApiKeyReads: ...

    @property
    def activity_reads(self) -> ActivityReads: ...

    async def candidates(self, job: CrawlJobId) -> dict[str, CandidateSeen]:
        """By the last part of their URL."""
        ...

    async def images(self, job: CrawlJobId) -> dict[str, ImageSeen]:
        """By SHA-256."""
        ...

    async def sightings(self, job: CrawlJobId) -> int: ...

    async def tasks(self) -> list[TaskSeen]: ...

    async def needed(self, version: DatasetVersionId) -> list[str]:
        """Keys of the objects that the version needs, sorted."""
        ...

    async def log(self, job: CrawlJobId) -> list[LogSeen]: ...

    async def claim(self, lane: str) -> Lease:
        """A due task, or the one that was claimed before, taken over."""
        ...


class MemoryStage:
    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.request_id: str | None = None
        self.transaction = MemoryTransaction(self.database, request_id=lambda: self.request_id)
        self.key_ring = MemoryKeyRing(self.database)
        self.api_key_reads = MemoryApiKeyReads(self.database)
        self.activity_reads = MemoryActivityReads(self.database)
        self.make = Aggregates(Uuid7())

    async def candidates(self, job: CrawlJobId) -> dict[str, CandidateSeen]:
        rows = [one for one in self.database.tables.candidates.values() if one.job_id == job]
        return {name_of(one.url): _seen(one, CandidateSeen) for one in rows}

    async def images(self, job: CrawlJobId) -> dict[str, ImageSeen]:
        rows = [one for one in self.database.tables.images.values() if one.job_id == job]
        return {one.sha256: _seen(one, ImageSeen) for one in rows}

    async def sightings(self, job: CrawlJobId) -> int:
        return sum(one.job_id == job for one in self.database.tables.sightings.values())

    async def tasks(self) -> list[TaskSeen]:
        return [_seen(one, TaskSeen) for one in self.database.tables.tasks.values()]

    async def needed(self, version: DatasetVersionId) -> list[str]:
        return sorted(key for one, key in self.database.tables.version_objects if one == version)

    async def log(self, job: CrawlJobId) -> list[LogSeen]:
        lines = [one for one in self.database.tables.job_log.values() if one.job_id == job]
        return [
            LogSeen(one.line.level, one.line.event, one.line.message, one.line.run, one.request_id)
            for one in lines
        ]

    async def claim(self, lane: str) -> Lease:
        tasks = [t for t in self.database.tasks("pending", "running") if t.lane == lane]
        return self.database.claim(tasks[0])


class PostgresStage:
    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.engine = engine
        self.lists: ImageLists | None = None
        self.request_id: str | None = None
        self.transaction = PostgresTransaction(
            engine, reactions=reactions_to, new_id=Uuid7(), request_id=lambda: self.request_id
        )
        self.key_ring = PostgresKeyRing(engine)
        self.api_key_reads = PostgresApiKeyReads(engine)
        self.activity_reads = PostgresActivityReads(engine)
        self.queue = PostgresTaskQueue(engine, url=url, names=CAUSED, new_id=Uuid7(), going_on=GOING_ON)
        self.make = Aggregates(Uuid7())

    async def candidates(self, job: CrawlJobId) -> dict[str, CandidateSeen]:
        rows = await self._rows("SELECT * FROM candidates WHERE job_id = :job", job=job)
        return {name_of(row.url): _seen(row, CandidateSeen) for row in rows}

    async def images(self, job: CrawlJobId) -> dict[str, ImageSeen]:
        rows = await self._rows("SELECT * FROM images WHERE job_id = :job", job=job)
        return {row.sha256: _seen(row, ImageSeen) for row in rows}

    async def sightings(self, job: CrawlJobId) -> int:
        return len(await self._rows("SELECT 1 FROM sightings WHERE job_id = :job", job=job))

    async def tasks(self) -> list[TaskSeen]:
        return [_seen(row, TaskSeen) for row in await self._rows("SELECT * FROM outbox ORDER BY id")]

    async def needed(self, version: DatasetVersionId) -> list[str]:
        statement = "SELECT key FROM dataset_version_objects WHERE version_id = :version ORDER BY key"
        return [row.key for row in await self._rows(statement, version=version)]

    async def log(self, job: CrawlJobId) -> list[LogSeen]:
        rows = await self._rows("SELECT * FROM crawl_job_logs WHERE job_id = :job ORDER BY id", job=job)
        return [_seen(row, LogSeen) for row in rows]

    async def claim(self, lane: str) -> Lease:
        await self.queue.take_over(lane)
        claimed = await self.queue.claim("crawl", lane, worker="test", lease=timedelta(minutes=5))
        assert claimed is not None
        return Lease(claimed.id, claimed.token)

    async def _rows(self, statement: str, **values: Any) -> list[Any]:
        async with self.engine.connect() as connection:
            return list(await connection.execute(text(statement), values))


def _seen(row: Any, kind: type[S]) -> S:
    return kind(**{name: getattr(row, name) for name in kind.__struct_fields__})


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


class Scene(msgspec.Struct):
    """A running job with one query, and as many chunks as were asked for."""

    job: CrawlJob
    query: Query
    chunks: list[Chunk]


async def scene(stage: Stage, chunks: int = 1, **job: Any) -> Scene:
    make = stage.make
    profile = make.profile()
    project = make.project(profile)
    crawl = make.job(project, **job)
    query = make.query(crawl)
    cut = [make.chunk(query, position=number) for number in range(chunks)]
    async with stage.transaction() as tx:
        await tx.profiles.add(profile)
        await tx.projects.add(project)
        await tx.crawl_jobs.add(crawl)
        await tx.queries.add(query)
        await tx.chunks.add_all(cut)
        await tx.commit()
    return Scene(crawl, query, cut)


async def found(stage: Stage, play: Scene, *names: str, chunk: int = 0, take: bool = True) -> int:
    """A page that gave these pictures to a chunk; how many were new."""
    async with stage.transaction() as tx:
        new = await tx.candidates.add_sightings(play.job.id, sightings(play.chunks[chunk], *names))
        if take:
            await tx.chunks.take_candidates(play.chunks[chunk].id)
        await tx.commit()
    return new


async def ids(stage: Stage, play: Scene) -> dict[str, CandidateId]:
    return {name: CandidateId(one.id) for name, one in (await stage.candidates(play.job.id)).items()}


async def accepted(tx: UnitOfWork, dataset: Dataset) -> list[AcceptedImage]:
    return [image async for page in tx.versions.accepted(dataset.jobs) for image in page]
