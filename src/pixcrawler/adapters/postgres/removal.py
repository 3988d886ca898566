"""Taking a picture out of a job for good."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.tables import CandidateRow
from pixcrawler.application.ports.repositories import Removed
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from pixcrawler.domain.shared.reasons import Reason

CANDIDATES = text(
    """
    WITH shown AS (
        SELECT id, reason FROM candidates
        WHERE job_id = :job AND image_id = (SELECT image_id FROM candidates WHERE id = :candidate)
    ), removed AS (
        UPDATE candidates c SET state = 'rejected', reason = 'removed', image_id = NULL
        FROM shown WHERE c.id = shown.id RETURNING shown.reason
    )
    SELECT reason, count(*) AS number FROM removed GROUP BY reason
    """
)
IMAGE = text(
    """
    UPDATE images SET state = 'rejected', reason = 'removed', duplicate_of = NULL, duplicate_group = NULL,
                      candidate_id = NULL, keyword = NULL, position = NULL, label = NULL, updated_at = now()
    WHERE job_id = :job AND id = (SELECT image_id FROM candidates WHERE id = :candidate)
    """
)
"""The row stays, so that the same bytes from another address meet it; it names its object no longer."""


async def job_of(session: AsyncSession, candidate: CandidateId) -> CrawlJobId:
    there = (CandidateRow.id == candidate, CandidateRow.reason.is_distinct_from(Reason.REMOVED))
    job = await session.scalar(select(CandidateRow.job_id).where(*there))
    if job is None:
        raise ImageNotFound(f"There is no image {candidate}.")
    return CrawlJobId(job)


async def remove_picture(session: AsyncSession, job: CrawlJob, candidate: CandidateId) -> Removed:
    which = {"job": job.id, "candidate": candidate}
    await session.execute(IMAGE, which)
    until_now = {row.reason: row.number for row in await session.execute(CANDIDATES, which)}
    if not until_now:
        raise ImageHasNoFile(f"Image {candidate} has no file that could be removed.")
    stood = until_now.pop(None, 0)
    return Removed(stood=bool(stood), undone=until_now)
