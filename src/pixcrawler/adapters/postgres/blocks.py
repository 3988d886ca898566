"""The block-list, and taking down what it names."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Text, any_, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from pixcrawler.adapters.postgres.engine import translating
from pixcrawler.adapters.postgres.tables import BlockRow
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.application.ports.blocks import Shown, TakenAway
from pixcrawler.domain.crawling.blocking import NEAR, Block, Blocked, BlockKind, BlockList, Taken
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CrawlJobId

KNOWN_FOR = 5.0  # seconds that a worker relies on what it read
KEY = 0x626C6F636B  # of the advisory lock between recording pictures and blocking them
WHILE_BLOCKING = text("SELECT pg_advisory_xact_lock(:key)")
WHILE_RECORDING = text("SELECT pg_advisory_xact_lock_shared(:key)")
REVISION = text("SELECT count(*), max(greatest(created_at, lifted_at)) FROM blocks")
STANDING = text(
    """
    SELECT kind, value, '' AS subject FROM blocks WHERE lifted_at IS NULL AND (
        kind = 'phash' OR kind = 'sha256' AND value = ANY(CAST(:digests AS text[])))
    """
)
BY_SHA256 = text("SELECT DISTINCT job_id, sha256, key FROM images WHERE sha256 = :value")
BY_PHASH = text(
    "SELECT DISTINCT job_id, sha256, key FROM images"
    " WHERE bit_count((phash # CAST(:value AS bigint))::bit(64)) <= :near"
)
BY_URL = text(
    """
    SELECT DISTINCT i.job_id, i.sha256, i.key FROM images i
    WHERE i.sha256 IN (
        SELECT held.sha256 FROM candidates c JOIN images held ON held.id = c.image_id
        WHERE c.digest = decode(:value, 'hex') OR c.final_url = :subject)
    """
)
TAKE_AWAY = text(
    """
    WITH gone AS (
        SELECT id FROM images WHERE job_id = :job AND sha256 = ANY(CAST(:digests AS text[]))
                                AND reason IS DISTINCT FROM 'removed'
    ), was AS (
        SELECT id, reason FROM candidates WHERE job_id = :job AND image_id IN (SELECT id FROM gone)
    ), blocked AS (
        UPDATE candidates c SET state = 'rejected', reason = 'blocked', image_id = NULL, evidence = :evidence
        FROM was WHERE c.id = was.id RETURNING was.reason
    ), counted AS (
        SELECT reason, count(*) AS number FROM blocked GROUP BY reason
    )
    SELECT (SELECT count(*) FROM gone) AS pictures, reason, number
    FROM (SELECT 1) AS always LEFT JOIN counted ON true
    """
)
DELETE = text("DELETE FROM images WHERE job_id = :job AND sha256 = ANY(CAST(:digests AS text[]))")
BLOCKS = table_of(BlockRow)
TAKEN_DOWN = (
    select(BLOCKS.c.value, BLOCKS.c.created_at, BLOCKS.c.reason)
    .where(
        BLOCKS.c.kind == BlockKind.SHA256,
        BLOCKS.c.taken_down,
        BLOCKS.c.created_at >= bindparam("since"),
        BLOCKS.c.value == any_(bindparam("digests", type_=ARRAY(Text))),
    )
    .order_by(BLOCKS.c.value, BLOCKS.c.created_at)
)
"""Built once. One that is built with its values has references in a circle, and all values stay in memory
until these are collected."""
FIELDS = [table_of(BlockRow).c[name] for name in Block.__struct_fields__]


class PostgresBlocks:
    """See the port."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, block: Block) -> bool:
        await self._session.execute(WHILE_BLOCKING, {"key": KEY})
        row = {name: getattr(block, name) for name in Block.__struct_fields__}
        wanted = upsert(BlockRow).values(row)
        wanted = wanted.on_conflict_do_nothing(
            index_elements=["kind", "value"], index_where=BlockRow.lifted_at.is_(None)
        )
        added = await self._session.execute(wanted.returning(BlockRow.id))
        if added.first() is not None:
            return True
        if block.taken_down:
            await self._session.execute(update(BlockRow).where(*_is(block.blocked)).values(taken_down=True))
        return False

    async def lift(self, blocked: Blocked, *, at: datetime) -> bool:
        lifted = await self._session.execute(
            update(BlockRow).where(*_is(blocked)).values(lifted_at=at).returning(BlockRow.id)
        )
        return lifted.first() is not None

    async def all(self) -> list[Block]:
        found = await self._session.execute(
            select(*FIELDS).where(BlockRow.lifted_at.is_(None)).order_by(BlockRow.id)
        )
        return [msgspec.convert(dict(row._mapping), Block) for row in found]  # noqa: SLF001 -- its public way to names

    async def shown(self, blocked: Blocked) -> list[Shown]:
        values: dict[str, Any] = {"value": blocked.value}
        statement = BY_SHA256
        if blocked.kind is BlockKind.URL:
            statement = BY_URL
            values["subject"] = blocked.subject
        elif blocked.kind is BlockKind.PHASH:
            statement = BY_PHASH
            number = int(blocked.value, 16)
            values = {"value": number - (1 << 64) if number >> 63 else number, "near": NEAR}
        found = await self._session.execute(statement, values)
        return sorted((Shown(CrawlJobId(r.job_id), r.sha256, r.key) for r in found), key=_order)

    async def take_away(self, job: CrawlJob, digests: Sequence[str], evidence: str) -> TakenAway:
        values = {"job": job.id, "digests": list(digests)}
        rows = list(await self._session.execute(TAKE_AWAY, {**values, "evidence": evidence}))
        await self._session.execute(DELETE, values)
        until_now = {row.reason: row.number for row in rows if row.number is not None}
        return TakenAway(rows[0].pictures, until_now.pop(None, 0), until_now)

    async def taken_down(self, digests: Sequence[str], *, since: datetime) -> list[Taken]:
        found = await self._session.execute(TAKEN_DOWN, {"digests": list(digests), "since": since})
        return list({row.value: Taken(row.value, row.created_at, row.reason) for row in found}.values())


class PostgresKnownBlocks:
    """The whole list in memory, read again when it has changed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._until = 0.0
        self._reading = asyncio.Lock()
        self._revision: object = None
        self._known = BlockList()

    async def current(self) -> BlockList:
        if time.monotonic() >= self._until:
            async with self._reading:
                if time.monotonic() >= self._until:
                    await self._read()
        return self._known

    async def _read(self) -> None:
        with translating():
            async with self._engine.connect() as connection:
                revision = tuple((await connection.execute(REVISION)).one())
                if revision != self._revision:
                    active = select(BlockRow.kind, BlockRow.value).where(BlockRow.lifted_at.is_(None))
                    rows = await connection.execute(active)
                    self._known = BlockList(Blocked(BlockKind(row.kind), row.value, "") for row in rows)
                    self._revision = revision
        self._until = time.monotonic() + KNOWN_FOR


async def barring(session: AsyncSession, digests: Sequence[str]) -> BlockList:
    """What of the list concerns these SHA-256, and all perceptual hashes. None is blocked behind our back
    before the commit."""
    if not digests:
        return BlockList()
    await session.execute(WHILE_RECORDING, {"key": KEY})
    found = await session.execute(STANDING, {"digests": list(digests)})
    return BlockList(Blocked(BlockKind(row.kind), row.value, row.subject) for row in found)


def _is(blocked: Blocked) -> tuple[Any, ...]:
    return (BlockRow.kind == blocked.kind, BlockRow.value == blocked.value, BlockRow.lifted_at.is_(None))


def _order(shown: Shown) -> tuple[Any, ...]:
    return (shown.job, shown.sha256)
