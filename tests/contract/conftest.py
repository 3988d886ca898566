"""The two places where the contract of units of work is played."""

from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from tests.contract.stages import MemoryStage, PostgresStage, Stage


@pytest.fixture
async def postgres_stage(database_url: str) -> AsyncIterator[PostgresStage]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=4))
    yield PostgresStage(engine, database_url)
    await engine.dispose()


@pytest.fixture
def memory_stage() -> MemoryStage:
    return MemoryStage()


@pytest.fixture(params=["memory", "postgres"])
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.getfixturevalue(f"{request.param}_stage")
    return found
