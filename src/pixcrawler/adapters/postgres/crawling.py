"""Crawl jobs, queries and chunks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import case, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import (
    CandidateRow,
    ChunkRow,
    CrawlJobRow,
    ImageRow,
    OutboxRow,
    QueryRow,
    SightingRow,
)
from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import SHARED, CrawlJob, JobStatus
from pixcrawler.domain.crawling.query import Query, QueryStatus
from pixcrawler.domain.crawling.standing import Standing
from pixcrawler.domain.crawling.triage import BY_DESCRIPTION
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import ChunkId, CrawlJobId, UserId
from pixcrawler.domain.shared.reasons import Reason

HoldTask = Callable[[], Awaitable[None]]
COUNTING = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 11))")


class PostgresQueries(Repository[Query, QueryRow]):
    """Queries, one row each."""

    row = QueryRow
    struct = Query
    missing = NotFound

    async def add_all(self, queries: Sequence[Query]) -> None:
        await self.session.execute(insert(QueryRow), [self.columns(query) for query in queries])

    async def of_job(self, job: CrawlJobId) -> list[Query]:
        rows = await self.rows.get_many(QueryRow.job_id == job, order_by=[(QueryRow.position, False)])
        return [self._struct(row) for row in rows]


class PostgresChunks(Repository[Chunk, ChunkRow]):
    """Chunks, one row each."""

    row = ChunkRow
    struct = Chunk
    missing = NotFound

    async def add_all(self, chunks: Sequence[Chunk]) -> None:
        if chunks:
            await self.session.execute(insert(ChunkRow), [self.columns(chunk) for chunk in chunks])

    async def of_job(self, job: CrawlJobId) -> list[Chunk]:
        """In (keyword, position) order."""
        columns = [getattr(ChunkRow, name) for name in Chunk.__struct_fields__]
        statement = select(*columns).where(ChunkRow.job_id == job)
        found = await self.session.execute(statement.order_by(ChunkRow.keyword, ChunkRow.position))
        return [msgspec.convert(dict(row), Chunk) for row in found.mappings()]

    async def next_position(self, job: CrawlJobId, keyword: int) -> int:
        which = (ChunkRow.job_id == job, ChunkRow.keyword == keyword)
        last = await self.session.scalar(select(func.max(ChunkRow.position)).where(*which))
        return 0 if last is None else last + 1

    async def take_candidates(self, chunk: ChunkId) -> int:
        wanted = (SightingRow.chunk_id == chunk, SightingRow.refused.is_(None))
        sighted = select(SightingRow.candidate_id).where(*wanted)
        free = (
            CandidateRow.id.in_(sighted),
            CandidateRow.chunk_id.is_(None),
            CandidateRow.state == "pending",
        )
        taken = await self.session.execute(
            update(CandidateRow).where(*free).values(chunk_id=chunk).returning(CandidateRow.id)
        )
        return len(taken.all())

    async def cancel_unfinished(self, job: CrawlJobId) -> dict[str, int]:
        unfinished = ChunkRow.status.in_([ChunkStatus.PENDING, ChunkStatus.ACTIVE])
        await self.session.execute(
            update(ChunkRow).where(ChunkRow.job_id == job, unfinished).values(status=ChunkStatus.CANCELLED)
        )
        cancelled = await self.session.execute(
            update(CandidateRow)
            .where(CandidateRow.job_id == job, CandidateRow.state == "pending")
            .values(state="rejected", reason=Reason.CANCELLED)
            .returning(CandidateRow.id)
        )
        number = len(cancelled.all())
        return {Reason.CANCELLED.value: number} if number else {}

    async def reopen(self, job: CrawlJobId, retryable: Sequence[Reason]) -> Mapping[str, int]:
        await self._free_candidates(job, retryable)
        await self._free_images(job)
        await self._free_chunks(job)
        counted = await self.session.execute(
            select(CandidateRow.reason, func.count())
            .where(CandidateRow.job_id == job, CandidateRow.state == "rejected")
            .group_by(CandidateRow.reason)
        )
        return {str(reason): number for reason, number in counted}

    async def _free_candidates(self, job: CrawlJobId, retryable: Sequence[Reason]) -> None:
        """Retryable ones, and those that nobody ever asked for: there seemed to be enough, or as they were
        described so far they were not wanted."""
        undecided = CandidateRow.reason.in_([Reason.LIMIT_REACHED, *BY_DESCRIPTION])
        never_asked = undecided & CandidateRow.retrieved_at.is_(None)
        again = or_(CandidateRow.state == "pending", CandidateRow.reason.in_(list(retryable)), never_asked)
        await self.session.execute(
            update(CandidateRow)
            .where(CandidateRow.job_id == job, again)
            .values(state="pending", reason=None, evidence=None, chunk_id=None)
        )

    async def _free_images(self, job: CrawlJobId) -> None:
        """All good pictures stand for election again, but those that somebody removed."""
        await self.session.execute(
            update(ImageRow)
            .where(ImageRow.job_id == job, ImageRow.reason.is_distinct_from(Reason.REMOVED))
            .values(
                state="good",
                reason=None,
                duplicate_of=case((ImageRow.review == "apart", ImageRow.duplicate_of)),
                candidate_id=None,
            )
        )

    async def _free_chunks(self, job: CrawlJobId) -> None:
        """Chunks that sighted a free candidate are pending again, and count only what is done."""
        sighted = (
            select(SightingRow.chunk_id)
            .join(CandidateRow, CandidateRow.id == SightingRow.candidate_id)
            .where(SightingRow.job_id == job, SightingRow.refused.is_(None), CandidateRow.state == "pending")
        )
        done = (
            select(func.count())
            .where(CandidateRow.chunk_id == ChunkRow.id, CandidateRow.state != "pending")
            .scalar_subquery()
        )
        again = or_(
            ChunkRow.id.in_(sighted), ChunkRow.status.in_([ChunkStatus.CANCELLED, ChunkStatus.ACTIVE])
        )
        await self.session.execute(
            update(ChunkRow)
            .where(ChunkRow.job_id == job, again)
            .values(
                status=ChunkStatus.PENDING,
                done=func.greatest(done, ChunkRow.good),
                size=func.greatest(done, ChunkRow.good),
            )
        )


class PostgresCrawlJobs(Repository[CrawlJob, CrawlJobRow]):
    """Crawl jobs, one row each. ``hold_task`` locks a fenced transaction's task, behind the job."""

    row = CrawlJobRow
    struct = CrawlJob
    missing = CrawlJobNotFound

    def __init__(self, session: AsyncSession, parting: Parting, hold_task: HoldTask | None = None) -> None:
        super().__init__(session)
        self._parting = parting
        self._hold_task = hold_task

    async def add_last(self, item: CrawlJob) -> None:
        self._parting.jobs.append(item)

    async def locked(self, key: UUID) -> CrawlJob:
        job = await super().locked(key)
        if self._hold_task is not None:
            await self._hold_task()
        return job

    async def delete(self, key: UUID) -> None:
        await self.session.execute(delete(OutboxRow).where(OutboxRow.subject_id == key))
        await super().delete(key)

    async def running_of(self, owner: UserId) -> int:
        await self.session.execute(COUNTING, {"owner": str(owner)})
        running = (CrawlJobRow.owner_id == owner, CrawlJobRow.status == JobStatus.RUNNING)
        return await self.count(*running, CrawlJobRow.lane == SHARED)

    async def standings(self, job: CrawlJob) -> list[Standing]:
        chunks = await PostgresChunks(self.session).of_job(job.id)
        queries = await PostgresQueries(self.session).of_job(job.id)
        return [
            Standing(
                keyword=number,
                chunks=tuple(chunk for chunk in chunks if chunk.keyword == number),
                searching=any(q.searching for q in queries if q.keyword == number),
                exhausted=not any(q.status is QueryStatus.OPEN for q in queries if q.keyword == number),
                lost=job.lost[number],
            )
            for number in range(len(job.spec.keywords))
        ]
