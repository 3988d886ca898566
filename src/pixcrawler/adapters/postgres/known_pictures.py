"""An owner's pictures by phash: multi-index hashing on four indexes of sixteen bits each.

By the pigeonhole principle two hashes that differ in at most r0 + r1 + r2 + r3 + 3 bits differ in at most
r_i bits of some quarter i. So each quarter is looked up with up to r_i of its bits turned: 20 look-ups for
4 bits, 188 for 8. They are answered by the indexes alone; only what is near is read from the table.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from pixcrawler.adapters.postgres.candidates import FACTS, facts_of, signed
from pixcrawler.adapters.postgres.tables.crawling import PHASH_SHIFTS
from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.settle import Picture
from pixcrawler.domain.shared.ids import ImageId, UserId

QUARTER = 16
CROWD = 1024
HASHES_A_STATEMENT = 500

NO_COMPILER = text("SET LOCAL jit = off")
"""Postgres takes these statements for dearer than they are, and compiling them costs more than they do."""

OTHERS = text(
    """
    SELECT coalesce(sum(hashtextextended(id::text, run))::text, '') FROM crawl_jobs
    WHERE owner_id = :owner AND status = 'completed' AND id <> :job
    """
)
EQUAL = "SELECT id FROM images WHERE owner_id = :owner AND sha256 = ANY(CAST(:digests AS text[]))"
NEAR = """
    SELECT i.id FROM unnest(CAST(:phashes AS bigint[])) AS h CROSS JOIN unnest(CAST(:masks{n} AS int[])) AS m
    CROSS JOIN LATERAL (
        SELECT id, phash FROM images
        WHERE owner_id = :owner AND state = 'accepted'
              AND ((phash >> {shift}) & 65535)::int = ((h >> {shift}) & 65535)::int # m
        LIMIT {crowd}
    ) AS i WHERE bit_count((i.phash # h)::bit(64)) <= :bits
"""
FOUND = """
    SELECT i.id, i.sha256, i.bytes, i.duplicate_group, {facts} FROM ({ids}) AS found
    JOIN images i ON i.id = found.id JOIN crawl_jobs j ON j.id = i.job_id
    WHERE i.state = 'accepted' AND j.status = 'completed' AND j.id <> :job ORDER BY i.id
"""
HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:owner AS text), 9))")
GROUP = text(
    """
    UPDATE images i SET duplicate_group = v.own
    FROM unnest(CAST(:images AS uuid[]), CAST(:groups AS uuid[])) AS v(id, own)
    WHERE i.id = v.id AND i.owner_id = :owner
    """
)
MERGE = text(
    """
    UPDATE images i SET duplicate_group = v.new
    FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[])) AS v(old, new)
    WHERE i.owner_id = :owner AND i.duplicate_group = v.old
    """
)


class PostgresKnownPictures:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def others(self, job: CrawlJob) -> str:
        found = await self._session.execute(OTHERS, {"owner": job.owner_id, "job": job.id})
        return str(found.scalar_one())

    async def alike(
        self, job: CrawlJob, digests: Sequence[str], phashes: Sequence[int], bits: int
    ) -> list[KnownPicture]:
        await self._session.execute(NO_COMPILER)
        of_job = {"owner": job.owner_id, "job": job.id}
        found = {
            row.id: row for row in await self._session.execute(_equal(), of_job | {"digests": [*digests]})
        }
        asked = sorted(set(phashes))
        masks = {f"masks{n}": list(turned) for n, turned in enumerate(_masks(bits))}
        for start in range(0, len(asked), HASHES_A_STATEMENT):
            part = [signed(phash) for phash in asked[start : start + HASHES_A_STATEMENT]]
            values = of_job | masks | {"phashes": part, "bits": bits}
            found |= {row.id: row for row in await self._session.execute(_near(), values)}
        return [_known(found[key]) for key in sorted(found)]

    async def hold(self, owner: UserId) -> None:
        await self._session.execute(HOLD, {"owner": str(owner)})

    async def group(self, owner: UserId, groups: Mapping[ImageId, UUID], merged: Mapping[UUID, UUID]) -> None:
        if merged:
            both = {"old": list(merged), "new": list(merged.values())}
            await self._session.execute(MERGE, {"owner": owner} | both)
        if groups:
            both = {"images": list(groups), "groups": list(groups.values())}
            await self._session.execute(GROUP, {"owner": owner} | both)


@cache
def _equal() -> TextClause:
    return text(FOUND.format(ids=EQUAL, facts=_columns()))


@cache
def _near() -> TextClause:
    quarters = (NEAR.format(n=n, shift=shift, crowd=CROWD) for n, shift in enumerate(PHASH_SHIFTS))
    return text(FOUND.format(ids=" UNION ".join(quarters), facts=_columns()))


def _columns() -> str:
    return ", ".join(f"i.{name}" for name in FACTS)


@cache
def _masks(bits: int) -> tuple[tuple[int, ...], ...]:
    """For each quarter, the ways to turn its bits; none at all where it need not be looked up."""
    spread = [(bits + 1 + spare) // 4 - 1 for spare in (3, 2, 1, 0)]
    return tuple(
        tuple(
            sum(1 << bit for bit in turned)
            for count in range(most + 1)
            for turned in combinations(range(QUARTER), count)
        )
        for most in spread
    )


def _known(row: Row[Any]) -> KnownPicture:
    picture = Picture(row.width * row.height, row.bytes, row.sha256)
    return KnownPicture(ImageId(row.id), picture, facts_of(row), row.duplicate_group)
