"""An owner's pictures by phash: multi-index hashing on four indexes of sixteen bits each.

By the pigeonhole principle two hashes that differ in at most r0 + r1 + r2 + r3 + 3 bits differ in at most
r_i bits of some quarter i. So each quarter is looked up with up to r_i of its bits turned: 20 look-ups for
4 bits, 188 for 8. They are answered by the indexes alone; only what is near is read from the table.
"""

from collections.abc import Iterator, Mapping, Sequence
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
CROWD = 16_384
A_STATEMENT = 500

BY_INDEX = text("SELECT set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true)")
"""Postgres takes these look-ups for dearer than they are, most of all before it has statistics."""
AS_USUAL = text("SELECT set_config('jit', 'on', true), set_config('enable_seqscan', 'on', true)")

OTHERS = text(
    """
    SELECT coalesce(sum(hashtextextended(id::text, run))::text, '') FROM crawl_jobs
    WHERE owner_id = :owner AND status = 'completed' AND id <> :job
    """
)
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
    SELECT i.id, i.sha256, i.bytes, i.duplicate_group, {facts}
    FROM images i JOIN crawl_jobs j ON j.id = i.job_id
    WHERE {which} AND i.owner_id = :owner AND i.state = 'accepted' AND j.status = 'completed' AND j.id <> :job
"""
FACTS_OF_IMAGE = ", ".join(f"i.{name}" for name in FACTS)
EQUAL = text(FOUND.format(facts=FACTS_OF_IMAGE, which="i.sha256 = ANY(CAST(:asked AS text[]))"))
THESE = text(FOUND.format(facts=FACTS_OF_IMAGE, which="i.id = ANY(CAST(:asked AS uuid[]))"))
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
        await self._session.execute(BY_INDEX)
        masks = {f"masks{n}": list(turned) for n, turned in enumerate(_masks(bits))}
        asked = sorted({signed(phash) for phash in phashes})
        near: set[UUID] = set()
        for part in _parts(asked):
            values = {"owner": job.owner_id, "bits": bits, "phashes": part}
            near |= set((await self._session.scalars(_near(), masks | values)).all())
        found: dict[UUID, Row[Any]] = {}
        for statement, keys in ((EQUAL, sorted(set(digests))), (THESE, sorted(near))):
            for part in _parts(keys):
                of_job = {"owner": job.owner_id, "job": job.id, "asked": part}
                found |= {row.id: row for row in await self._session.execute(statement, of_job)}
        await self._session.execute(AS_USUAL)
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
def _near() -> TextClause:
    quarters = (NEAR.format(n=n, shift=shift, crowd=CROWD) for n, shift in enumerate(PHASH_SHIFTS))
    return text(" UNION ".join(quarters))


def _parts(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), A_STATEMENT):
        yield keys[start : start + A_STATEMENT]


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
