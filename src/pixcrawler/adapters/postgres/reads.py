"""Reads across tables: columns, not objects."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from pixcrawler.adapters.postgres.candidates import facts_of
from pixcrawler.adapters.postgres.crawling import PostgresCrawlJobs
from pixcrawler.adapters.postgres.datasets import PostgresDatasetVersions, PostgresExports
from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.adapters.postgres.parting import Parting
from pixcrawler.adapters.postgres.tables import OutboxRow
from pixcrawler.adapters.postgres.troubles import TROUBLES, remarks, told
from pixcrawler.application.ports.reads import DroppedCopy, Progress, RejectedCandidate, SourceTrouble
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.progress import CAME as CAME_AND_REFUSED
from pixcrawler.domain.datasets.errors import DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetVersionId, ExportId
from pixcrawler.domain.shared.reasons import Reason

GOING_ON = text(
    """
    SELECT (SELECT count(*) FROM chunks WHERE job_id = :job AND status = 'active') AS chunks,
           (SELECT count(*) FROM queries WHERE job_id = :job AND searching) AS searching,
           (SELECT coalesce(sum(pages), 0) FROM queries WHERE job_id = :job) AS asked,
           clock_timestamp() AS now
    """
)
REJECTED = text(
    """
    SELECT r.reason, c.url, coalesce(c.evidence, '') AS evidence
    FROM unnest(CAST(:reasons AS text[])) AS r(reason)
    CROSS JOIN LATERAL (
        SELECT url, evidence FROM candidates
        WHERE job_id = :job AND state = 'rejected' AND reason = r.reason ORDER BY id LIMIT :most
    ) AS c
    """
)
NEAR = text(
    """
    SELECT leader.sha256 AS kept, bit_count((leader.phash # i.phash)::bit(64)) AS distance, i.*, c.url
    FROM images i
    JOIN images leader ON leader.id = i.duplicate_of
    LEFT JOIN LATERAL (SELECT url FROM candidates WHERE image_id = i.id ORDER BY id LIMIT 1) AS c ON true
    WHERE i.job_id = :job AND i.reason = 'duplicate_near' AND leader.state = 'accepted'
      AND i.duplicate_of IN (
          SELECT DISTINCT d.duplicate_of FROM images d JOIN images l ON l.id = d.duplicate_of
          WHERE d.job_id = :job AND d.reason = 'duplicate_near' AND l.state = 'accepted'
          ORDER BY d.duplicate_of LIMIT :most)
    ORDER BY leader.sha256, i.sha256
    """
)
NEAR_SETS = text(
    """
    SELECT count(DISTINCT d.duplicate_of) FROM images d JOIN images l ON l.id = d.duplicate_of
    WHERE d.job_id = :job AND d.reason = 'duplicate_near' AND l.state = 'accepted'
    """
)
CAME = text(
    """
    SELECT (SELECT count(*) FROM candidates
            WHERE job_id = :job AND (image_id IS NOT NULL
                   OR reason = ANY(CAST(:came AS text[])) AND retrieved_at IS NOT NULL)) AS files,
           (SELECT count(*) FROM images
            WHERE job_id = :job AND reason IS DISTINCT FROM 'removed') AS pictures
    """
)


class PostgresReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def _session(self) -> AsyncSession:
        return AsyncSession(self._engine, expire_on_commit=False)

    async def _job(self, session: AsyncSession, job_id: CrawlJobId, actor: Actor) -> CrawlJob:
        job = await PostgresCrawlJobs(session, Parting()).get(job_id)
        if not actor.may_see(job.owner_id):
            raise CrawlJobNotFound(f"There is no crawl job {job_id}.")
        return job

    async def progress(self, job_id: CrawlJobId, *, visible_to: Actor) -> Progress:
        with translating():
            async with self._session() as session:
                job = await self._job(session, job_id, visible_to)
                going_on = (await session.execute(GOING_ON, {"job": job_id})).one()
                troubles = (await session.execute(TROUBLES, {"job": job_id})).all()
                return Progress(
                    job=job,
                    open_chunks=going_on.chunks,
                    searching=going_on.searching,
                    asked=going_on.asked,
                    troubles=tuple(SourceTrouble(*one) for one in told(troubles)),
                    now=going_on.now,
                    notes=remarks(troubles),
                )

    async def version(self, version_id: DatasetVersionId, *, visible_to: Actor) -> DatasetVersion:
        with translating():
            async with self._session() as session:
                version = await PostgresDatasetVersions(session).get(version_id)
        if not visible_to.may_see(version.owner_id):
            raise DatasetVersionNotFound(f"There is no dataset version {version_id}.")
        return version

    async def export(self, export_id: ExportId, *, visible_to: Actor) -> Export:
        with translating():
            async with self._session() as session:
                export = await PostgresExports(session).get(export_id)
        if not visible_to.may_see(export.owner_id):
            raise ExportNotFound(f"There is no export {export_id}.")
        return export

    async def open_tasks(self, subject: UUID, *, visible_to: Actor) -> int:
        mine = [OutboxRow.subject_id == subject, OutboxRow.state.in_(["pending", "running"])]
        if not visible_to.may_see_all:
            mine.append(OutboxRow.owner_id == visible_to.id)
        with translating():
            async with self._session() as session:
                return int(await session.scalar(select(func.count()).where(*mine)) or 0)

    async def rejected(
        self, job_id: CrawlJobId, reasons: Sequence[Reason], *, most: int, visible_to: Actor
    ) -> dict[Reason, list[RejectedCandidate]]:
        values = {"job": job_id, "reasons": [reason.value for reason in reasons], "most": most}
        found: dict[Reason, list[RejectedCandidate]] = {}
        with translating():
            async with self._session() as session:
                await self._job(session, job_id, visible_to)
                for row in await session.execute(REJECTED, values):
                    found.setdefault(Reason(row.reason), []).append(RejectedCandidate(row.url, row.evidence))
        return found

    async def near_duplicates(
        self, job_id: CrawlJobId, *, most: int, visible_to: Actor
    ) -> tuple[int, list[DroppedCopy]]:
        with translating():
            async with self._session() as session:
                await self._job(session, job_id, visible_to)
                sets = int(await session.scalar(NEAR_SETS, {"job": job_id}) or 0)
                rows = await session.execute(NEAR, {"job": job_id, "most": most})
                copies = [
                    DroppedCopy(
                        kept=row.kept,
                        dropped=row.sha256,
                        key=row.key,
                        bytes=row.bytes,
                        facts=facts_of(row),
                        url=row.url or "",
                        distance=row.distance,
                    )
                    for row in rows
                ]
        return sets, copies

    async def downloaded(self, job_id: CrawlJobId, *, visible_to: Actor) -> tuple[int, int]:
        came = sorted(CAME_AND_REFUSED)
        with translating():
            async with self._session() as session:
                await self._job(session, job_id, visible_to)
                row = (await session.execute(CAME, {"job": job_id, "came": came})).one()
        return row.files, row.pictures
