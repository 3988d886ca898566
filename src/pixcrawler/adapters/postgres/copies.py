"""Which copy of a picture stays, one picture at a time."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.application.ports.copies import Copy
from pixcrawler.domain.crawling.errors import ImageHasNoFile
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId
from pixcrawler.domain.shared.reasons import Reason

FIND = text(
    """
    SELECT i.id, i.reason, i.review = 'apart' AS restored,
           coalesce(i.candidate_id, (
               SELECT id FROM candidates WHERE image_id = i.id AND reason = i.reason
               ORDER BY id <> c.id, id LIMIT 1)) AS candidate,
           leader.id AS leader, leader.job_id AS leader_job,
           coalesce(leader.sha256 = i.sha256, false) AS same_bytes
    FROM candidates c JOIN images i ON i.id = c.image_id
    LEFT JOIN images leader ON leader.id = i.duplicate_of AND leader.state = 'accepted'
    WHERE c.id = :candidate AND c.job_id = :job
    """
)
ACCEPT = text(
    """
    WITH place AS (
        SELECT k.keyword, k.position, s.label FROM sightings s JOIN chunks k ON k.id = s.chunk_id
        WHERE s.candidate_id = :candidate AND s.refused IS NULL
        ORDER BY k.position, k.keyword, s.rank LIMIT 1
    ), named AS (
        SELECT keyword, position,
               coalesce(label, (CAST(:labels AS text[]))[keyword + 1]) AS label FROM place
    ), said AS (
        INSERT INTO labels (image_id, source, label, model, rank, created_at)
        SELECT :image, 'query', label, '', 1, now() FROM named WHERE label <> '' ON CONFLICT DO NOTHING
    )
    UPDATE images SET state = 'accepted', reason = NULL, candidate_id = :candidate, review = :review,
           duplicate_of = CASE WHEN :review = 'apart' THEN duplicate_of END,
           keyword = named.keyword, position = named.position, label = named.label, updated_at = now()
    FROM named WHERE id = :image
    """
)
REJECT = text(
    """
    UPDATE images SET state = 'rejected', reason = :reason, duplicate_of = :leader, review = NULL,
           candidate_id = NULL, keyword = NULL, position = NULL, label = NULL, updated_at = now()
    WHERE id = :image
    """
)
FOLLOW = text("UPDATE images SET duplicate_of = :new WHERE duplicate_of = :old AND id <> :new")
STANDS = text("UPDATE candidates SET state = 'good', reason = NULL WHERE id = :candidate")
FALLS = text(
    """
    UPDATE candidates c SET state = 'rejected', reason = :reason
    FROM images i WHERE i.id = :image AND c.id = i.candidate_id
    """
)


class PostgresCopies:
    """See the port. The job's row is locked by whoever asks."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, job: CrawlJob, candidate: CandidateId) -> Copy:
        row = (await self._session.execute(FIND, {"job": job.id, "candidate": candidate})).first()
        if row is None:
            raise ImageHasNoFile(f"Image {candidate} was rejected before its file was kept.")
        return Copy(
            image=ImageId(row.id),
            candidate=CandidateId(row.candidate),
            reason=None if row.reason is None else Reason(row.reason),
            restored=bool(row.restored),
            leader=None if row.leader is None else ImageId(row.leader),
            leader_job=None if row.leader_job is None else CrawlJobId(row.leader_job),
            same_bytes=row.same_bytes,
        )

    async def keep(self, job: CrawlJob, copy: Copy) -> None:
        await self._accept(job, copy, "apart")

    async def keep_instead(self, job: CrawlJob, copy: Copy) -> None:
        await self._reject(copy.leader, copy.image, Reason.DUPLICATE_NEAR)
        await self._accept(job, copy, "preferred")
        await self._do(FOLLOW, old=copy.leader, new=copy.image)

    async def drop(self, job: CrawlJob, copy: Copy) -> None:  # noqa: ARG002 -- the port's
        await self._reject(copy.image, copy.leader, copy.kind)

    async def _reject(self, image: ImageId | None, leader: ImageId | None, reason: Reason) -> None:
        await self._do(FALLS, image=image, reason=reason)
        await self._do(REJECT, image=image, leader=leader, reason=reason)

    async def _accept(self, job: CrawlJob, copy: Copy, review: str) -> None:
        labels = [keyword.label for keyword in job.spec.keywords]
        mine = {"image": copy.image, "candidate": copy.candidate}
        await self._do(ACCEPT, **mine, review=review, labels=labels)
        await self._do(STANDS, candidate=copy.candidate)

    async def _do(self, statement: Any, **values: Any) -> None:  # noqa: ANN401 -- one of the above
        await self._session.execute(statement, values)
