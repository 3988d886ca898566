"""The two places where the contract of units of work is played, and all stores."""

from collections.abc import AsyncIterator

import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.image_lists import PostgresImageLists
from pixcrawler.adapters.storage import StoreConfig, open_store
from pixcrawler.application.ports.object_store import ObjectStore
from tests.contract.identity_providers import Desk, built_in, built_in_desk, supabase_desk
from tests.contract.stages import MemoryStage, PostgresStage, Stage
from tests.databases import Databases
from tests.fakes.memory_accounts import MemoryAccountStore
from tests.fakes.object_store import MemoryObjectStore


@pytest.fixture
async def postgres_stage(database_url: str) -> AsyncIterator[PostgresStage]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=4))
    yield PostgresStage(engine, database_url)
    await engine.dispose()


@pytest.fixture
def listed_stage(postgres_stage: PostgresStage) -> PostgresStage:
    """Every job that has decided is a large one."""
    postgres_stage.lists = PostgresImageLists(postgres_stage.engine, large=0)
    return postgres_stage


@pytest.fixture
def memory_stage() -> MemoryStage:
    return MemoryStage()


@pytest.fixture(params=["memory", "postgres"])
def stage(request: pytest.FixtureRequest) -> Stage:
    found: Stage = request.getfixturevalue(f"{request.param}_stage")
    return found


@pytest.fixture(params=["memory", "local", "supabase", "s3", pytest.param("azure", marks=pytest.mark.long)])
def provider(request: pytest.FixtureRequest) -> str:
    """The real ones with a bucket of the test's own. Not here: gcs, for which there is no server."""
    name: str = request.param
    return name


@pytest.fixture
async def store(provider: str, config: StoreConfig) -> AsyncIterator[ObjectStore]:
    if provider == "memory":
        yield MemoryObjectStore()
        return
    async with open_store(provider, config) as real:
        yield real


@pytest.fixture(
    scope="session",
    params=[
        "built-in",
        "memory",
        "ES256",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("RS256", "HS256")),
    ],
)
async def auth_desk(
    request: pytest.FixtureRequest, databases: Databases, template: str
) -> AsyncIterator[Desk]:
    """An auth provider, one for all tests, which each have people of their own."""
    if request.param == "memory":
        yield built_in(MemoryAccountStore())
        return
    if request.param != "built-in":
        async with supabase_desk(request.param) as supabase:
            yield supabase
        return
    async with databases.copy_of(template) as url, built_in_desk(url) as desk:
        yield desk
