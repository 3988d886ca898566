"""Stored pictures to look at, what was found, and what is kept apart for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.candidates import clean
from pixcrawler.application.ports.validations import Named, Page, StoredPicture
from pixcrawler.domain.imaging.judgement import Judgement
from pixcrawler.domain.imaging.validation import ValidationRun
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId, UserId
from pixcrawler.domain.shared.reasons import Reason

NAMED = text(
    """
    SELECT c.id, c.image_id, c.job_id, j.owner_id FROM candidates c JOIN crawl_jobs j ON j.id = c.job_id
    WHERE c.id = ANY(CAST(:candidates AS uuid[])) AND c.state <> 'pending'
      AND c.reason IS DISTINCT FROM 'removed'
    """
)
OF_JOB = text(
    """
    SELECT id, sha256 FROM images
    WHERE job_id = :job AND sha256 > :after AND reason IS DISTINCT FROM 'removed'
    ORDER BY sha256 LIMIT :most
    """
)
STORED = text(
    """
    SELECT id, key, sha256, state = 'accepted' AS accepted FROM images
    WHERE id = ANY(CAST(:images AS uuid[])) AND reason IS DISTINCT FROM 'removed'
    """
)
RECORD = text(
    """
    INSERT INTO validation_results
        (image_id, level, validation_id, verdict, reason, evidence, checks, scores, at)
    SELECT row.image_id, :level, :validation, row.verdict, row.reason, row.evidence, row.checks, row.scores,
           :at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS row(image_id uuid, verdict text, reason text, evidence text, checks jsonb, scores jsonb)
    ON CONFLICT (image_id, level) DO UPDATE SET
        validation_id = excluded.validation_id, verdict = excluded.verdict, reason = excluded.reason,
        evidence = excluded.evidence, checks = excluded.checks, scores = excluded.scores, at = excluded.at
    WHERE validation_results.at <= excluded.at
    """
)
"""Of two runs at once the later look stays."""
QUARANTINE = text(
    """
    INSERT INTO quarantine (image_id, reason, at)
    SELECT i.id, v.reason, :at
    FROM unnest(CAST(:images AS uuid[]), CAST(:reasons AS text[])) AS v(id, reason)
    JOIN images i ON i.id = v.id AND i.state = 'accepted'
    ON CONFLICT DO NOTHING RETURNING 1
    """
)
HOLD_BACK = text(
    """
    INSERT INTO quarantine (image_id, at) VALUES (:image, :at)
    ON CONFLICT (image_id) DO UPDATE SET reason = NULL, at = excluded.at, released_at = NULL
    WHERE quarantine.released_at IS NOT NULL RETURNING 1
    """
)
RELEASE = text(
    """
    INSERT INTO quarantine (image_id, at, released_at) VALUES (:image, :at, :at)
    ON CONFLICT (image_id) DO UPDATE SET released_at = excluded.released_at
    WHERE quarantine.released_at IS NULL RETURNING 1
    """
)


class PostgresLooks:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def named(self, candidates: Sequence[CandidateId]) -> dict[CandidateId, Named]:
        found = await self._session.execute(NAMED, {"candidates": list(candidates)})
        return {
            CandidateId(row.id): Named(
                CandidateId(row.id),
                None if row.image_id is None else ImageId(row.image_id),
                CrawlJobId(row.job_id),
                UserId(row.owner_id),
            )
            for row in found
        }

    async def of_job(self, job: CrawlJobId, *, after: str, most: int) -> Page:
        values = {"job": job, "after": after, "most": most}
        rows = (await self._session.execute(OF_JOB, values)).all()
        return Page(tuple(ImageId(row.id) for row in rows), rows[-1].sha256 if len(rows) == most else None)

    async def stored(self, images: Sequence[ImageId]) -> list[StoredPicture]:
        found = await self._session.execute(STORED, {"images": list(images)})
        rows = {row.id: row for row in found}
        return [
            StoredPicture(image, rows[image].key, rows[image].sha256, rows[image].accepted)
            for image in images
            if image in rows
        ]

    async def record(
        self, run: ValidationRun, judgements: Mapping[ImageId, Judgement], *, at: datetime
    ) -> None:
        if not judgements:
            return
        rows = [_row(image, one) for image, one in judgements.items()]
        values = {"level": run.level, "validation": run.id, "at": at}
        await self._session.execute(RECORD, {**values, "rows": msgspec.json.encode(rows).decode()})

    async def quarantine(self, images: Mapping[ImageId, Reason], *, at: datetime) -> int:
        if not images:
            return 0
        values = {"images": list(images), "reasons": [reason.value for reason in images.values()], "at": at}
        return len((await self._session.execute(QUARANTINE, values)).all())

    async def hold_back(self, image: ImageId, *, at: datetime) -> bool:
        held = await self._session.execute(HOLD_BACK, {"image": image, "at": at})
        return held.first() is not None

    async def release(self, image: ImageId, *, at: datetime) -> bool:
        released = await self._session.execute(RELEASE, {"image": image, "at": at})
        return released.first() is not None


def _row(image: ImageId, one: Judgement) -> dict[str, object]:
    evidence = None if one.evidence is None else clean(one.evidence[:500])
    return {"image_id": image, **one._asdict(), "evidence": evidence}
