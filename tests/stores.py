"""Object stores for tests, each with a bucket of its own."""

import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest

from pixcrawler.adapters.storage import StoreConfig
from tests.servers import emulators
from tests.servers.azure_admin import make_container
from tests.servers.supabase_storage import SERVICE_KEY, SupabaseStorage

MakeConfig: TypeAlias = Callable[..., StoreConfig]


@pytest.fixture(scope="session")
async def s3_server() -> AsyncIterator[str]:
    """One for this process."""
    async with emulators.moto() as url:
        yield url


@pytest.fixture(scope="session")
async def azure_server() -> AsyncIterator[str]:
    async with emulators.azurite() as url:
        yield url


@pytest.fixture(scope="session")
async def supabase_server() -> AsyncIterator[SupabaseStorage]:
    async with SupabaseStorage() as server:
        yield server


@pytest.fixture
def bucket() -> str:
    """The name of this test's own bucket."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def store_config(tmp_path: Path) -> MakeConfig:
    """``store_config(s3_bucket="x")``: folders of this test's own, and what is given."""

    def make(**more: object) -> StoreConfig:
        common: dict[str, object] = {
            "prefix": "STORAGE_",
            "local_root": tmp_path / "store",
            "spool_root": tmp_path / "spool",
            "spool_bytes": 2**30,
            "timeout": 10.0,
        }
        return StoreConfig(**(common | more))  # type: ignore[arg-type] # a test says what it wants

    return make


@pytest.fixture(scope="session")
async def s3_admin(s3_server: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=s3_server, timeout=60) as http:
        yield http


@pytest.fixture
async def s3_config(
    s3_server: str, s3_admin: httpx.AsyncClient, bucket: str, store_config: MakeConfig
) -> StoreConfig:
    (await s3_admin.put(f"/{bucket}")).raise_for_status()
    return store_config(
        s3_bucket=bucket,
        s3_endpoint=s3_server,
        s3_access_key="AKIAEXAMPLE",
        s3_secret_key="not-a-secret",
        s3_path_style=True,
    )


@pytest.fixture
async def azure_config(azure_server: str, bucket: str, store_config: MakeConfig) -> StoreConfig:
    await make_container(azure_server, bucket)
    return store_config(
        azure_container=bucket,
        azure_account=emulators.ACCOUNT,
        azure_key=emulators.KEY,
        azure_endpoint=azure_server,
    )


@pytest.fixture
def supabase_config(supabase_server: SupabaseStorage, bucket: str, store_config: MakeConfig) -> StoreConfig:
    supabase_server.make_bucket(bucket)
    return store_config(supabase_bucket=bucket, supabase_url=supabase_server.url, supabase_key=SERVICE_KEY)


@pytest.fixture
def local_config(store_config: MakeConfig) -> StoreConfig:
    return store_config()


@pytest.fixture
def memory_config(store_config: MakeConfig) -> StoreConfig:
    """Which the store in memory does not look at."""
    return store_config()


@pytest.fixture
def config(provider: str, request: pytest.FixtureRequest) -> StoreConfig:
    """For the store that a test calls ``provider``."""
    found: StoreConfig = request.getfixturevalue(f"{provider}_config")
    return found
