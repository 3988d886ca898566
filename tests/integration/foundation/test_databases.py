import asyncpg

from tests.databases import Databases


async def test_each_test_has_a_database_of_its_own(databases: Databases, template: str) -> None:
    async with databases.copy_of(template) as one, databases.copy_of(template) as other:
        first, second = await asyncpg.connect(one), await asyncpg.connect(other)
        try:
            await first.execute("create table only_here (id int)")
            found = "select count(*) from pg_tables where tablename = 'only_here'"
            assert await first.fetchval(found) == 1
            assert await second.fetchval(found) == 0
        finally:
            await first.close()
            await second.close()


async def test_a_database_is_dropped_although_somebody_is_connected(
    databases: Databases, template: str
) -> None:
    async with databases.copy_of(template) as url:
        connection = await asyncpg.connect(url)
    name = url.rpartition("/")[2]
    assert (
        await databases.connection.fetchval("select count(*) from pg_database where datname = $1", name) == 0
    )
    connection.terminate()


async def test_the_copy_is_migrated(database_url: str, bare_database_url: str) -> None:
    tables = "select count(*) from pg_tables where schemaname = 'public'"
    for url, migrated in ((database_url, True), (bare_database_url, False)):
        connection = await asyncpg.connect(url)
        try:
            assert bool(await connection.fetchval(tables)) is migrated
        finally:
            await connection.close()
