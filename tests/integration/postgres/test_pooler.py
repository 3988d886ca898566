"""Postgres through a pooler in transaction mode: Debian's pgbouncer with three sessions for all of us."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import insert, select, text

from pixcrawler.adapters.postgres.engine import (
    DatabaseTooSlow,
    DatabaseUnavailable,
    Engine,
    PostgresConfig,
    alone,
    open_engine,
    plain_dsn,
    translating,
)
from pixcrawler.adapters.postgres.tables import ProfileRow
from tests.servers.pgbouncer import SESSIONS, pgbouncer

pytestmark = pytest.mark.long
LIMITS = "SELECT current_setting('statement_timeout'), current_setting('TimeZone'), pg_backend_pid()"


@pytest.fixture
async def pooled_url(database_url: str) -> AsyncIterator[str]:
    async with pgbouncer(database_url) as url:
        yield url


@pytest.fixture
async def engine(pooled_url: str) -> AsyncIterator[Engine]:
    engine = open_engine(PostgresConfig(url=pooled_url, pool_size=12, statement_timeout=1, pooler=True))
    yield engine
    await engine.dispose()


async def test_many_connections_share_few_sessions_without_mixing_anything_up(engine: Engine) -> None:
    drawn = random.Random(3)

    async def one(number: int) -> int:
        """Another statement nearly each time, in a transaction or alone, with parameters of all kinds."""
        kind = f":number + {drawn.randrange(9)} * 0"
        words = text(f"SELECT {kind}, CAST(:ids AS uuid[]), CAST(:about AS jsonb), pg_backend_pid()")
        ids, about = [uuid.uuid4() for _ in range(3)], f'{{"n": {number}}}'
        values = {"number": number, "ids": ids, "about": about}
        async with engine.begin() if number % 2 else alone(engine).connect() as connection:
            rows = [(await connection.execute(words, values)).one() for _ in range(3)]
        assert {tuple(row[:3]) == (number, ids, {"n": number}) for row in rows} == {True}
        return int(rows[0][3])

    sessions = await asyncio.gather(*(one(number) for number in range(200)))
    assert 1 < len(set(sessions)) <= SESSIONS


async def test_limits_and_time_zone_are_those_of_a_connection_of_our_own(
    engine: Engine, database_url: str
) -> None:
    direct = open_engine(PostgresConfig(url=database_url, statement_timeout=1))
    for connect in (direct.connect, alone(direct).connect, engine.connect, alone(engine).connect):
        async with connect() as connection:
            assert tuple((await connection.execute(text(LIMITS))).one()[:2]) == ("1s", "UTC")
    await direct.dispose()


async def test_nothing_is_left_behind_in_the_sessions(engine: Engine, pooled_url: str) -> None:
    async with engine.begin() as connection:
        rows = [{"id": uuid.uuid4(), "name": f"person {number}", "role": "user"} for number in range(50)]
        await connection.execute(insert(ProfileRow), rows)
    async with alone(engine).connect() as connection:
        names = (await connection.execute(select(ProfileRow.name).limit(100))).scalars().all()
    assert len(names) == 50
    stranger = await asyncpg.connect(plain_dsn(pooled_url), statement_cache_size=0)
    try:
        for _ in range(2 * SESSIONS):
            assert (await stranger.fetchrow(LIMITS))[0] == "0"
            assert await stranger.fetch("SELECT name FROM pg_prepared_statements WHERE name <> ''") == []
    finally:
        await stranger.close()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(pooled_url: str) -> None:
    hasty = open_engine(PostgresConfig(url=pooled_url, statement_timeout=0.1, pooler=True))
    for connect in (hasty.begin, alone(hasty).connect):
        with pytest.raises(DatabaseTooSlow), translating():
            async with connect() as connection:
                await connection.execute(text("SELECT pg_sleep(30)"))
    await hasty.dispose()


async def test_who_forgets_to_say_that_it_is_a_pooler_is_told(pooled_url: str) -> None:
    engine = open_engine(PostgresConfig(url=pooled_url))
    with pytest.raises(DatabaseUnavailable, match="DATABASE_POOLER"), translating():
        async with engine.connect():
            pass
    await engine.dispose()
