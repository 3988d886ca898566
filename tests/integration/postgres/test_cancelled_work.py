"""Work on the database that is cancelled ends as cancelled, at whatever step; no connection is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.outbox import PostgresTaskQueue
from pixcrawler.adapters.postgres.unit_of_work import PostgresTransaction
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.cancelling import lost_cancels

SIZE = 2
STEPS = 120


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=SIZE))
    yield engine
    async with asyncio.timeout(20):
        await asyncio.gather(*(_asked(engine) for _ in range(3 * SIZE)))  # all of its connections are there
    await engine.dispose()


async def _asked(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("SELECT 1"))


async def test_of_the_queue(engine: AsyncEngine, database_url: str) -> None:
    queue = PostgresTaskQueue(engine, url=database_url, names=["a"], new_id=Uuid7())

    async def claim() -> None:
        await queue.claim("crawl", "shared", worker="me", lease=timedelta(minutes=1))

    assert await lost_cancels(claim, steps=STEPS) == []


async def test_of_listening(engine: AsyncEngine, database_url: str) -> None:
    queue = PostgresTaskQueue(engine, url=database_url, names=["a"], new_id=Uuid7())

    async def listen() -> None:
        async with queue.listen() as told:
            async for _ in told:
                pass

    assert await lost_cancels(listen, steps=STEPS) == []


async def test_of_a_transaction(engine: AsyncEngine) -> None:
    transaction = PostgresTransaction(engine, reactions=lambda _: (), new_id=Uuid7())

    async def work(tx: UnitOfWork) -> None:
        await tx.chunks.cancel_unfinished(CrawlJobId(uuid4()))
        await tx.commit()

    async def repeated() -> None:
        await transaction.repeated(work)

    assert await lost_cancels(repeated, steps=STEPS) == []


async def test_of_a_pool_that_must_connect_first(engine: AsyncEngine) -> None:
    async def ask() -> None:
        await engine.dispose()
        await _asked(engine)

    assert await lost_cancels(ask, steps=STEPS) == []
