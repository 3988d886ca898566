"""What is kept, and what of it may go."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.tables import DatasetRow, DatasetVersionRow, ExportRow, ProfileRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.application.ports.policies import ChosenExport, ChosenPicture, ExportChoice
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ExportId, ProjectId, UserId
from pixcrawler.domain.shared.tier import Tier

EXPORTS, VERSIONS, DATASETS, PROFILES = map(table_of, (ExportRow, DatasetVersionRow, DatasetRow, ProfileRow))
LAST_USED = func.greatest(EXPORTS.c.created_at, EXPORTS.c.downloaded_at)
CHOSEN = select(
    EXPORTS.c.id,
    EXPORTS.c.owner_id,
    EXPORTS.c.key,
    EXPORTS.c.tier,
    func.coalesce(EXPORTS.c.warm_bytes, EXPORTS.c.bytes).label("bytes"),
    VERSIONS.c.number,
    EXPORTS.c.created_at,
    LAST_USED.label("last_used"),
).select_from(
    EXPORTS.join(VERSIONS, VERSIONS.c.id == EXPORTS.c.version_id)
    .join(DATASETS, DATASETS.c.id == VERSIONS.c.dataset_id)
    .join(PROFILES, PROFILES.c.id == EXPORTS.c.owner_id)
)
REJECTED = text(
    """
    SELECT shown.id AS candidate, i.job_id, i.owner_id, i.key, i.reason, CASE WHEN EXISTS (
        SELECT FROM images n JOIN crawl_jobs k ON k.id = n.job_id
        WHERE n.key = i.key AND n.reason IS DISTINCT FROM 'removed'
          AND (k.ended_at, k.id, n.id) > (j.ended_at, j.id, i.id)) THEN 0 ELSE i.bytes END AS bytes
    FROM crawl_jobs j JOIN images i ON i.job_id = j.id
    CROSS JOIN LATERAL (SELECT c.id FROM candidates c WHERE c.image_id = i.id ORDER BY c.id LIMIT 1) AS shown
    WHERE j.status IN ('completed', 'failed', 'cancelled') AND j.ended_at < :before
      AND (CAST(:job AS uuid) IS NULL OR j.id = :job)
      AND (CAST(:project AS uuid) IS NULL OR j.project_id = :project)
      AND i.state = 'rejected' AND i.reason <> 'removed'
      AND NOT EXISTS (
          SELECT FROM dataset_version_objects o JOIN dataset_versions v ON v.id = o.version_id
          WHERE o.key = i.key AND v.status <> 'failed')
      AND NOT EXISTS (
          SELECT FROM images n JOIN crawl_jobs k ON k.id = n.job_id
          WHERE n.key = i.key AND n.reason IS DISTINCT FROM 'removed' AND (
              n.state <> 'rejected' OR k.status NOT IN ('completed', 'failed', 'cancelled')
              OR k.ended_at >= :before OR k.project_id <> CAST(:project AS uuid)))
    ORDER BY j.ended_at, j.id, i.id LIMIT :most
    """
)


class PostgresHoldings:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def exports(
        self, choice: ExportChoice, *, most: int, among: Sequence[ExportId] | None = None
    ) -> list[ChosenExport]:
        which = _chosen(choice).order_by(EXPORTS.c.created_at, EXPORTS.c.id).limit(most)
        if among is not None:
            which = which.where(EXPORTS.c.id.in_(among)).with_for_update(of=EXPORTS, skip_locked=True)
        found = await self._session.execute(which)
        return [
            ChosenExport(
                id=ExportId(row.id),
                owner_id=UserId(row.owner_id),
                key=row.key,
                tier=Tier(row.tier),
                bytes=row.bytes,
                number=row.number,
                created_at=row.created_at,
                last_used=row.last_used,
            )
            for row in found
        ]

    async def rejected_pictures(
        self, before: datetime, *, project: ProjectId | None, job: CrawlJobId | None = None, most: int
    ) -> list[ChosenPicture]:
        values = {"before": before, "project": project, "job": job, "most": most}
        return [
            ChosenPicture(
                candidate=CandidateId(row.candidate),
                job_id=CrawlJobId(row.job_id),
                owner_id=UserId(row.owner_id),
                key=row.key,
                bytes=row.bytes,
                reason=row.reason,
            )
            for row in await self._session.execute(REJECTED, values)
        ]


def _chosen(choice: ExportChoice) -> Select[Any]:
    which = CHOSEN.where(EXPORTS.c.status == choice.status, EXPORTS.c.moving.is_(None))
    if choice.status is BuildStatus.READY:
        which = which.where(EXPORTS.c.key.is_not(None))
    if choice.unused_before is not None:
        which = which.where(choice.unused_before > LAST_USED)
    if choice.unlinked_before is not None:
        downloaded = EXPORTS.c.downloaded_at
        which = which.where(or_(downloaded.is_(None), downloaded < choice.unlinked_before))
    if choice.made_before is not None:
        which = which.where(EXPORTS.c.created_at < choice.made_before)
    if choice.beyond_newest is not None:
        newer = VERSIONS.alias("newer")
        ahead = select(func.count()).where(
            newer.c.dataset_id == VERSIONS.c.dataset_id,
            newer.c.status == BuildStatus.READY,
            newer.c.number > VERSIONS.c.number,
        )
        which = which.where(ahead.scalar_subquery() >= choice.beyond_newest)
    same = {
        EXPORTS.c.tier: choice.tier,
        PROFILES.c.plan: choice.plan,
        EXPORTS.c.owner_id: choice.owner_id,
        DATASETS.c.project_id: choice.project_id,
        DATASETS.c.id: choice.dataset_id,
        EXPORTS.c.format: choice.format,
    }
    return which.where(*[column == value for column, value in same.items() if value is not None])
