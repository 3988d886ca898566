from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.queue.saq_bells import SaqBells
from pixcrawler.application.ports.lease import Lease
from tests.integration.worker.stage import Stage


async def nothing(_lease: Lease) -> None:
    pass


@pytest.fixture
async def stage(database_url: str, redis_url: str, redis_prefix: str) -> AsyncIterator[Stage]:
    engine = open_engine(PostgresConfig(url=database_url))
    bells = SaqBells(redis_url, prefix=redis_prefix)
    stage = Stage(engine, database_url, bells, nothing)
    await stage.add_job()
    yield stage
    await bells.close()
    await engine.dispose()
