"""The whole platform behind a pooler in transaction mode, with fewer sessions than it has connections."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from tests.e2e.conftest import Shell
from tests.e2e.up.judge import is_right, nothing_runs
from tests.e2e.up.platform import platform
from tests.servers.pgbouncer import SESSIONS, pgbouncer
from tests.servers.pictures import Corpus

SESSIONS_NOW = """
    SELECT count(*) FILTER (WHERE query LIKE 'LISTEN%') AS listening, count(*) AS all
    FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.long
async def test_jobs_crawl_to_their_end_through_a_pooler(
    shell: Shell, database_url: str, pictures: Corpus, mark: str, home: Path
) -> None:
    async with pgbouncer(database_url) as pooled:
        settings = {
            "DATABASE_URL": pooled,
            "DATABASE_POOLER": "true",
            "DATABASE_DIRECT_URL": database_url,
            "DATABASE_POOL_SIZE": "20",
        }
        async with platform(shell, **settings) as up:
            jobs = [await up.started_job(max_images=20), await up.started_job()]
            few, all_of_them = await asyncio.gather(*(up.settled(job) for job in jobs))
            assert (few["status"], few["accepted"]) == ("completed", 20)
            assert is_right(all_of_them, pictures)
            assert len({image["id"] for image in await up.images(jobs[0])}) == 20
            connection = await asyncpg.connect(database_url)
            now = await connection.fetchrow(SESSIONS_NOW)
            await connection.close()
            assert now["listening"] == 1, "the worker hears of tasks on a connection of its own"
            assert now["all"] <= SESSIONS + 1
            await up.stop()
        assert "Traceback" not in up.running.err
        await nothing_runs(mark, home)
