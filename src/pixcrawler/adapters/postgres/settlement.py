"""Writing what settling decided: some statements over the whole job, some over one part after another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.application.ports.repositories import Verdict
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CandidateId, ImageId

T = TypeVar("T")

PATIENTLY = text("SET LOCAL statement_timeout = '15min'")
"""A million candidates take minutes; it happens once a job."""

WHOLE_JOBS = text("SET LOCAL enable_nestloop = off")
AS_USUAL = text("SET LOCAL enable_nestloop = on")
"""Around joins of a whole job with itself. Its rows are new: Postgres has counted none of them yet, expects a
handful, and would go through all of them for each of them."""

OTHER_IMAGES = text(
    """
    UPDATE images SET state = 'rejected', reason = 'limit_reached', duplicate_group = NULL,
                      duplicate_of = CASE WHEN review = 'apart' THEN duplicate_of END,
                      candidate_id = NULL, keyword = NULL, position = NULL, label = NULL, updated_at = now()
    WHERE job_id = :job AND reason IS DISTINCT FROM 'removed'
      AND NOT (state = 'accepted' AND xmin = pg_current_xact_id()::xid)
    """
)
"""Those that this transaction has not accepted: a row is in a dozen indexes, and written once. Before it has
accepted them, it writes no image."""

NEAR_IMAGES = text(
    """
    UPDATE images i SET duplicate_of = v.leader,
           reason = CASE WHEN i.sha256 = leader.sha256 THEN 'duplicate_exact' ELSE 'duplicate_near' END
    FROM unnest(CAST(:losers AS uuid[]), CAST(:leaders AS uuid[])) AS v(id, leader)
    JOIN images leader ON leader.id = v.leader
    WHERE i.id = v.id
    """
)
CONTESTED_IMAGES = text("UPDATE images SET reason = 'label_conflict' WHERE id = ANY(:contested)")
KEPT_IMAGES = text(
    """
    UPDATE images i
    SET state = 'accepted', reason = NULL, duplicate_group = NULL,
        duplicate_of = CASE WHEN i.review = 'apart' THEN i.duplicate_of END, candidate_id = v.candidate,
        keyword = v.keyword, position = v.position, label = v.label, updated_at = now()
    FROM unnest(
        CAST(:images AS uuid[]), CAST(:candidates AS uuid[]), CAST(:keywords AS int[]),
        CAST(:positions AS int[]), CAST(:labels AS text[])
    ) AS v(id, candidate, keyword, position, label)
    WHERE i.id = v.id
    """
)
SOURCES_OWN_LABELS = text(
    """
    UPDATE images i SET label = first.label
    FROM (
        SELECT DISTINCT ON (i.id) i.id, s.label
        FROM images i
        JOIN chunks c ON c.job_id = i.job_id AND c.keyword = i.keyword AND c.position = i.position
        JOIN sightings s ON s.job_id = i.job_id AND s.chunk_id = c.id AND s.candidate_id = i.candidate_id
        WHERE i.job_id = :job AND i.state = 'accepted' AND s.refused IS NULL
        ORDER BY i.id, s.rank
    ) AS first
    WHERE i.job_id = :job AND i.id = first.id AND first.label IS NOT NULL
    """
)
REFUSED_CANDIDATES = text(
    """
    UPDATE candidates c
    SET state = 'rejected', reason = first.refused, evidence = 'as the source describes it'
    FROM (
        SELECT DISTINCT ON (s.candidate_id) s.candidate_id, s.refused
        FROM sightings s JOIN chunks k ON k.job_id = s.job_id AND k.id = s.chunk_id
        WHERE s.job_id = :job
          AND s.candidate_id IN (SELECT candidate_id FROM sightings
                                 WHERE job_id = :job AND refused IS NOT NULL)
        ORDER BY s.candidate_id, s.refused IS NOT NULL, k.position, k.keyword, s.rank
    ) AS first
    WHERE c.job_id = :job AND c.id = first.candidate_id AND c.state = 'pending' AND first.refused IS NOT NULL
    """
)
"""Only those that no description let pass."""

UNDECIDED_CANDIDATES = text(
    """
    UPDATE candidates SET state = 'rejected', reason = 'limit_reached'
    WHERE job_id = :job AND state = 'pending'
    """
)
STATE = "CASE WHEN c.id = p.holder AND p.state = 'accepted' THEN 'good' ELSE 'rejected' END"
REASON = """
    CASE WHEN c.id <> p.holder THEN 'duplicate_exact' WHEN p.state = 'accepted' THEN NULL ELSE p.reason END
"""
FATES = """
    UPDATE candidates c SET state = {state}, reason = {reason} FROM ({images}) AS p
    WHERE {which} c.image_id = p.id AND (c.state, c.reason) IS DISTINCT FROM ({state}, {reason})
"""
OLDEST = """
    SELECT i.id, i.state, i.reason, oldest.id AS holder
    FROM images i
    JOIN (
        SELECT DISTINCT ON (image_id) image_id, id
        FROM candidates WHERE job_id = :job AND image_id IS NOT NULL ORDER BY image_id, id
    ) AS oldest ON oldest.image_id = i.id
    WHERE i.job_id = :job
"""
THESE = """
    SELECT i.id, i.state, i.reason, v.candidate AS holder
    FROM unnest(CAST(:images AS uuid[]), CAST(:candidates AS uuid[])) AS v(image, candidate)
    JOIN images i ON i.id = v.image
"""
CANDIDATES_OF_ALL = text(FATES.format(state=STATE, reason=REASON, images=OLDEST, which="c.job_id = :job AND"))
CANDIDATES_OF_THESE = text(FATES.format(state=STATE, reason=REASON, images=THESE, which=""))
"""Most rows have their fate already: written again, they would be the better part of the work."""

AT_ONCE = 1_000
"""Rows that a statement names: as parameters, and as they were and are for triggers, more of them would be
what Postgres and we hold most of. After statements of 5,000 the backend stays 3 MB larger."""


async def write_settlement(
    session: AsyncSession,
    job: CrawlJob,
    kept: Iterable[Verdict],
    holders: Iterable[tuple[ImageId, CandidateId]],
    near: Mapping[ImageId, ImageId],
    *,
    contested: Sequence[ImageId] = (),
) -> None:
    """``holders`` are the candidates that stand for their pictures; where none was considered, the
    oldest candidate does, so that every picture is rejected once for its own reason."""
    of_job = {"job": job.id}
    await session.execute(PATIENTLY)
    names = [keyword.label for keyword in job.spec.keywords]
    for verdicts in _parts(kept):
        rows = [(v.image, v.candidate, v.keyword, v.chunk, names[v.keyword]) for v in verdicts]
        columns = _columns(rows, "images", "candidates", "keywords", "positions", "labels")
        await session.execute(KEPT_IMAGES, columns)
    await session.execute(OTHER_IMAGES, of_job)
    for losers in _parts(near.items()):
        await session.execute(NEAR_IMAGES, _columns(losers, "losers", "leaders"))
    for part in _parts(contested):
        await session.execute(CONTESTED_IMAGES, {"contested": part})
    await session.execute(WHOLE_JOBS)
    await session.execute(SOURCES_OWN_LABELS, of_job)
    await session.execute(REFUSED_CANDIDATES, of_job)
    await session.execute(UNDECIDED_CANDIDATES, of_job)
    await session.execute(CANDIDATES_OF_ALL, of_job)
    await session.execute(AS_USUAL)
    for some in _parts(holders):
        await session.execute(CANDIDATES_OF_THESE, _columns(some, "images", "candidates"))


def _parts(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while part := list(islice(iterator, AT_ONCE)):
        yield part


def _columns(rows: Sequence[tuple[Any, ...]], *names: str) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
