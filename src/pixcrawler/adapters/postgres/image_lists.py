"""Lists of the images of large jobs: their places, and what each is, as bitmaps.

A large job that has decided gets one, a part at a time. Triggers keep it in step with what people change
later (``pixcrawler.images_changed``, made by migration 0022); a retry begins a new run, and so a new list.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.adapters.postgres.tables.image_lists import BITS

LARGE = 10_000
"""Candidates of a job from which on it has a list; fewer are looked through in no time. Also in an index."""
IDS = 128
"""Images whose ids stand in one row."""

WAITING = text(
    """
    SELECT j.id FROM crawl_jobs j LEFT JOIN image_lists l ON l.job_id = j.id AND l.run = j.run
    WHERE j.status = 'completed' AND j.found >= :large AND l.done IS NOT TRUE
    ORDER BY j.id LIMIT 1
    """
)
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:job AS uuid)::text, 22))")
"""Until nobody is left who changed the job's images when it had no list to change."""
FORGET = text(
    "DELETE FROM image_lists l USING crawl_jobs j WHERE l.job_id = :job AND j.id = :job AND l.run <> j.run"
)
BEGIN = text(
    """
    INSERT INTO image_lists (job_id, run, places, last, done)
    SELECT id, run, 0, '00000000-0000-0000-0000-000000000000', false FROM crawl_jobs
    WHERE id = :job AND status = 'completed'
    ON CONFLICT (job_id) DO NOTHING
    """
)
LOCK = text("SELECT places, last FROM image_lists WHERE job_id = :job AND NOT done FOR UPDATE")
NEXT = text(
    f"""
    WITH found AS MATERIALIZED (
        SELECT id FROM (
            (SELECT id FROM candidates WHERE job_id = :job AND id > :last AND state = 'good'
             ORDER BY id LIMIT {BITS})
            UNION ALL
            (SELECT id FROM candidates WHERE job_id = :job AND id > :last AND state = 'rejected'
               AND reason <> 'removed' ORDER BY id LIMIT {BITS})
        ) AS either ORDER BY id LIMIT {BITS}
    ), placed AS (
        INSERT INTO image_places (job_id, place, first, ids)
        SELECT :job, min(place), (array_agg(id ORDER BY id))[1], array_agg(id ORDER BY id)
        FROM (SELECT id, CAST(:places AS int) + row_number() OVER (ORDER BY id) - 1 AS place FROM found) AS x
        GROUP BY place / {IDS}
    )
    UPDATE image_lists SET places = places + f.number, last = coalesce(f.last, image_lists.last),
                           done = f.number < {BITS}
    FROM (SELECT count(*)::int AS number, (array_agg(id ORDER BY id DESC))[1] AS last,
                 array_agg(id ORDER BY id) AS ids FROM found) AS f
    WHERE job_id = :job RETURNING f.ids
    """  # noqa: S608
)
MARK = text("SELECT pixcrawler.mark_images(:job, CAST(:ids AS uuid[]))")


class PostgresImageLists:
    """See the port."""

    def __init__(self, engine: AsyncEngine, *, large: int = LARGE) -> None:
        self._engine, self._large = engine, large

    async def extend(self) -> bool:
        with translating():
            async with self._engine.begin() as connection:
                job = await connection.scalar(WAITING, {"large": self._large})
                if job is None:
                    return False
                await _begin(connection, job)
            async with self._engine.begin() as connection:
                await _extend(connection, job)
        return True


async def _begin(connection: AsyncConnection, job: UUID) -> None:
    await connection.execute(ALONE, {"job": job})
    await connection.execute(FORGET, {"job": job})
    await connection.execute(BEGIN, {"job": job})


async def _extend(connection: AsyncConnection, job: UUID) -> None:
    """Nothing where others have done it meanwhile. Whoever changes one of these images waits, or is waited
    for: each holds the list's row."""
    so_far = (await connection.execute(LOCK, {"job": job})).first()
    if so_far is None:
        return
    values = {"job": job, "places": so_far.places, "last": so_far.last}
    ids = await connection.scalar(NEXT, values)
    await connection.execute(MARK, {"job": job, "ids": ids or []})
