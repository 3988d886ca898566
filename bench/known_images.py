"""Adding one image to a million known ones: our index in Postgres, before and after a restart of it.

Beside it, on the same hashes: a plain scan with ``bit_count`` in Postgres, and numpy over the whole array
(what a process without an index would do each time, with all hashes in memory).
"""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
import numpy as np
import numpy.typing as npt

from bench.photograph import photograph
from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.adapters.imaging import hashes
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.migrate import migrate
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.delivery.reactions import reactions_to
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.shared.ids import CrawlJobId

T = TypeVar("T")
Hashes = npt.NDArray[np.uint64]
BITS = (4, 6, 8)
BATCH = 500
PARTS = 100_000


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds for one image. ``look_up`` by bits that may differ; ``add`` looks up (4 bits) and inserts;
    ``missed`` of the near hashes that a scan of all finds are not found, by bits, before and after."""

    known: int
    kind: str
    look_up: dict[int, float]
    look_up_after_restart: dict[int, float]
    add: float
    first_after_restart: float
    postgres_scan: float
    numpy_scan: float
    index_mib: float
    near: dict[int, int]
    missed: dict[int, int]
    missed_after_restart: dict[int, int]


def random_hashes(count: int, seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 1 << 64, count, np.uint64)


def clustered_hashes(count: int, seed: int) -> Hashes:
    """As real ones lie: a thousand hashes of photograph-like pictures, each many times with up to twelve bits
    turned, and one in a hundred the same placeholder."""
    rng = np.random.default_rng(seed)
    real = [hashes.phash_and_detail(photograph(seed + n, 128, 96).convert("L"))[0] for n in range(1000)]
    found = np.array(real, np.uint64)[rng.integers(0, len(real), count)]
    for _ in range(12):
        turned = np.uint64(1) << rng.integers(0, 64, count, np.uint64)
        found ^= np.where(rng.random(count) < 0.7, turned, np.uint64(0))
    found[rng.random(count) < 0.01] = real[0]
    return found


def asked(known: Hashes, seed: int) -> Hashes:
    """2,000 new ones, a quarter of them copies that differ in a bit."""
    rng = np.random.default_rng(seed + 1)
    new = random_hashes(2_000, seed + 2)
    copies = known[rng.integers(0, len(known), 500)]
    new[:500] = copies ^ (np.uint64(1) << rng.integers(0, 64, 500, np.uint64))
    return new


async def measured(home: Path, kind: str, known: Hashes, asked: Hashes) -> Figures:
    """In a Postgres of its own below ``home``. ``asked`` are new pictures, some of them copies."""
    async with embedded_servers(home, redis=False) as servers:
        await migrate(servers.database_url)
        job = await _filled(servers.database_url, known)
        before, near, missed = await _asked(servers.database_url, job, known, asked)
        add = await _added(servers.database_url, job, asked)
        scan = await _scanned(servers.database_url, asked)
        size = await _index_size(servers.database_url)
    async with embedded_servers(home, redis=False) as servers:
        url = servers.database_url
        began = time.perf_counter()
        await _look_ups(url, job, [int(asked[0])], 4)
        first = (time.perf_counter() - began) * 1000
        after, _, missed_after = await _asked(url, job, known, asked)
    numpy_ms = _timed_numpy(known, asked)
    return Figures(
        known=len(known),
        kind=kind,
        look_up=before,
        look_up_after_restart=after,
        add=add,
        first_after_restart=first,
        postgres_scan=scan,
        numpy_scan=numpy_ms,
        index_mib=size,
        near=near,
        missed=missed,
        missed_after_restart=missed_after,
    )


async def _filled(url: str, known: Hashes) -> CrawlJob:
    """One owner; a completed job has the pictures, another one, running, asks."""
    connection = await asyncpg.connect(url)
    try:
        owner, project = await connection.fetchrow(_OWNER)
        spec = '{"keywords":[{"text":"a","label":"a"}],"sources":["openverse"]}'
        done = await connection.fetchval(_JOB, owner, project, "completed", spec)
        asking = await connection.fetchval(_JOB, owner, project, "running", spec)
        signed = known.view(np.int64)
        later = await connection.fetch(_INDEXES)
        for row in later:
            await connection.execute(f"DROP INDEX {row['indexname']}")
        for start in range(0, len(known), PARTS):
            part = [int(value) for value in signed[start : start + PARTS]]
            await connection.execute(_IMAGES, done, owner, part, start)
        for row in later:  # made at once they are quicker made, and the same
            await connection.execute(row["indexdef"])
        await connection.execute("VACUUM ANALYZE images")
    finally:
        await connection.close()
    return await _job(url, asking)


async def _job(url: str, key: UUID) -> CrawlJob:
    async def load(tx: UnitOfWork) -> CrawlJob:
        return await tx.crawl_jobs.get(CrawlJobId(key))

    return await _with(url, load)


async def _with(url: str, act: Callable[[UnitOfWork], Awaitable[T]]) -> T:
    engine = open_engine(PostgresConfig(url=url, pool_size=1))
    try:
        async with PostgresTransaction(engine, reactions=reactions_to, new_id=Uuid7())() as tx:
            return await act(tx)
    finally:
        await engine.dispose()


async def _look_ups(url: str, job: CrawlJob, asked: list[int], bits: int) -> tuple[float, set[int]]:
    """Milliseconds for all, in batches, and the phashes found."""

    async def act(tx: UnitOfWork) -> tuple[float, set[int]]:
        await tx.known_pictures.others(job)
        found: set[int] = set()
        began = time.perf_counter()
        for start in range(0, len(asked), BATCH):
            near = await tx.known_pictures.alike(job, [], asked[start : start + BATCH], bits)
            found |= {one.facts.phash for one in near}
        return (time.perf_counter() - began) * 1000, found

    return await _with(url, act)


async def _asked(
    url: str, job: CrawlJob, known: Hashes, asked: Hashes
) -> tuple[dict[int, float], dict[int, int], dict[int, int]]:
    """By bits: milliseconds for one, how many different hashes are near, how many of them were not found."""
    numbers = [int(value) for value in asked]
    await _look_ups(url, job, numbers[:BATCH], max(BITS))  # warm, as a server is that has worked
    times: dict[int, float] = {}
    there: dict[int, int] = {}
    missed: dict[int, int] = {}
    for bits in BITS:
        taken, found = await _look_ups(url, job, numbers, bits)
        times[bits] = round(taken / len(numbers), 3)
        nearest = [known[np.bitwise_count(known ^ one) <= bits] for one in asked]
        near = {int(value) for value in np.unique(np.concatenate(nearest))}
        there[bits], missed[bits] = len(near), len(near - found)
    return times, there, missed


async def _added(url: str, job: CrawlJob, asked: Hashes) -> float:
    """Looked up and inserted, in a transaction that is rolled back: the next measure meets the same."""
    connection = await asyncpg.connect(url)
    try:
        began = time.perf_counter()
        for start in range(0, len(asked), BATCH):
            part = asked[start : start + BATCH]
            await _look_ups(url, job, [int(value) for value in part], 4)
            transaction = connection.transaction()
            await transaction.start()
            rows = [int(value) for value in part.view(np.int64)]
            await connection.execute(_IMAGES, job.id, job.owner_id, rows, 1 << 30)
            await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            await transaction.rollback()
        return round((time.perf_counter() - began) * 1000 / len(asked), 3)
    finally:
        await connection.close()


async def _scanned(url: str, asked: Hashes) -> float:
    connection = await asyncpg.connect(url)
    try:
        few = [int(value) for value in asked.view(np.int64)[:10]]
        began = time.perf_counter()
        for one in few:
            await connection.fetch(
                "SELECT id FROM images WHERE state = 'accepted' AND bit_count((phash # $1)::bit(64)) <= 4",
                one,
            )
        return round((time.perf_counter() - began) * 1000 / len(few), 2)
    finally:
        await connection.close()


async def _index_size(url: str) -> float:
    connection = await asyncpg.connect(url)
    try:
        size = await connection.fetchval(
            "SELECT sum(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes"
            " WHERE indexrelname LIKE 'ix_images_phash_%'"
        )
        return round(float(size) / (1 << 20), 1)
    finally:
        await connection.close()


def _timed_numpy(known: Hashes, asked: Hashes) -> float:
    began = time.perf_counter()
    for one in asked[:100]:
        np.flatnonzero(np.bitwise_count(known ^ one) <= 4)
    return round((time.perf_counter() - began) * 10, 2)


_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'images'
    AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
_OWNER = """
    WITH p AS (INSERT INTO profiles (id, name, role, created_at, updated_at)
               VALUES (gen_random_uuid(), 'bench', 'user', now(), now()) RETURNING id)
    INSERT INTO projects (id, owner_id, name, description, status, version, created_at, updated_at)
    SELECT gen_random_uuid(), id, 'bench', '', 'active', 1, now(), now() FROM p RETURNING owner_id, id
"""
_JOB = """
    INSERT INTO crawl_jobs (id, owner_id, project_id, name, lane, max_images, spec, status, run, version,
        found, good, accepted, reasons, lost, settling, run_good, created_at, updated_at)
    VALUES (gen_random_uuid(), $1, $2, 'bench', 'shared', 1000000, $4::text::jsonb, $3, 1, 1, 0,
        0, 0, '{}', '[0]', false, 0, now(), now()) RETURNING id
"""
_IMAGES = """
    INSERT INTO images (id, job_id, owner_id, sha256, key, bytes, format, width, height, frames, mode,
        orientation, phash, dhash, detail, validation, state, retrieved_at, created_at, updated_at)
    SELECT gen_random_uuid(), $1, $2, lpad(to_hex($4::bigint + n), 64, '0'),
        'bench/' || lpad(to_hex($4::bigint + n), 64, '0'), 100000, 'jpg', 640, 480, 1, 'RGB',
        1, phash, phash, 200, 'standard', 'accepted', now(), now(), now()
    FROM unnest($3::bigint[]) WITH ORDINALITY AS h(phash, n)
"""
