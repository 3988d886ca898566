"""Before processes start: do their connections fit, and do they see all rows?"""

from collections.abc import Callable

import asyncpg
import pytest

from pixcrawler.adapters.postgres.capacity import BehindTheWalls, TooFewConnections, check_room
from pixcrawler.bootstrap.capacity import check_capacity
from pixcrawler.bootstrap.servers import Servers
from pixcrawler.settings import Settings
from tests.integration.postgres.walled import Walls

ALLOWED = (
    "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
)


@pytest.fixture
async def allowed(database_url: str) -> int:
    connection = await asyncpg.connect(database_url)
    try:
        return int(await connection.fetchval(ALLOWED))
    finally:
        await connection.close()


def given(settings: Settings) -> Servers:
    assert settings.database.url
    assert settings.redis.url
    url = settings.database.url.reveal()
    return Servers(url, settings.redis.url.reveal(), embedded=False, direct_url=url)


async def test_what_fits_to_the_last_connection_starts(database_url: str, allowed: int) -> None:
    await check_room(database_url, wanted=allowed, how="all of them")
    with pytest.raises(TooFewConnections, match=rf"one more = {allowed + 1} connections, and .* {allowed} "):
        await check_room(database_url, wanted=allowed + 1, how="one more")


async def test_pools_count_for_each_process_with_the_queues_own(
    make_settings: Callable[..., Settings], allowed: int
) -> None:
    each = 6 + 2 + 4
    fitting = allowed // each
    settings = make_settings(DATABASE_POOL_SIZE="6", DATABASE_MAX_OVERFLOW="2", API_WORKERS=str(fitting + 1))
    await check_capacity(settings, given(settings), api=fitting)
    with pytest.raises(TooFewConnections) as refused:
        await check_capacity(settings, given(settings), api=settings.api.workers)
    for part in (
        f"{fitting + 1} API processes (API_WORKERS) × {each}",
        "DATABASE_POOL_SIZE 6 + DATABASE_MAX_OVERFLOW 2 + 4 for the queue",
        "max_connections 100, of which 3 are reserved",
        "DATABASE_POOLER",
    ):
        assert part in str(refused.value)
    with pytest.raises(TooFewConnections, match=f"{fitting} workers × {each + 1}"):
        await check_capacity(settings, given(settings), workers=fitting)


async def test_behind_a_pooler_only_those_count_that_listen(make_settings: Callable[..., Settings]) -> None:
    url = given(make_settings()).direct_url
    settings = make_settings(
        DATABASE_POOL_SIZE="500", DATABASE_POOLER="true", DATABASE_DIRECT_URL=url, API_WORKERS="200"
    )
    await check_capacity(settings, given(settings), api=200, workers=20)


async def test_the_limit_of_a_database_counts_too(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} CONNECTION LIMIT 7")
    await connection.close()
    with pytest.raises(TooFewConnections, match="the limit of the database"):
        await check_room(database_url, wanted=8, how="eight")


async def test_a_role_that_policies_apply_to_is_refused(walls: Walls) -> None:
    await check_room(walls.project.owner, wanted=1, how="one")
    with pytest.raises(BehindTheWalls, match="ALTER ROLE authenticator BYPASSRLS"):
        await check_room(walls.project.authenticator, wanted=1, how="one")
