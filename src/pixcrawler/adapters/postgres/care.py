"""Looking at a database from outside: does it answer, what is in it."""

import asyncpg
import msgspec

from pixcrawler.adapters.postgres.engine import plain_dsn, translating

TABLES = """
    SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""


class Table(msgspec.Struct, frozen=True):
    """``rows`` is counted, ``bytes`` includes indexes."""

    name: str
    rows: int
    bytes: int


async def check_database(url: str) -> str:
    """Write, read and roll back; the server's version. Raises DatabaseUnavailable."""
    with translating():
        connection = await asyncpg.connect(plain_dsn(url), timeout=5)
        try:
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("CREATE TEMPORARY TABLE pixcrawler_check (n int) ON COMMIT DROP")
            await connection.execute("INSERT INTO pixcrawler_check VALUES (1)")
            await transaction.rollback()
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()


async def tables_of(url: str) -> list[Table]:
    with translating():
        connection = await asyncpg.connect(plain_dsn(url), timeout=5)
        try:
            found = await connection.fetch(TABLES)
            tables = []
            for row in found:
                quoted = row["name"].replace('"', '""')
                rows = await connection.fetchval(f'SELECT count(*) FROM public."{quoted}"')  # noqa: S608 -- a name from the catalogue
                tables.append(Table(row["name"], int(rows), int(row["bytes"])))
            return tables
        finally:
            await connection.close()
