"""Whether Postgres has room for the connections that this program's processes will open."""

import asyncpg

from pixcrawler.adapters.postgres.engine import plain_dsn, translating
from pixcrawler.domain.shared.errors import Conflict, Invalid

ROOM = """
    SELECT current_setting('max_connections')::int AS most,
           current_setting('superuser_reserved_connections')::int
               + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved,
           (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,
           (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database,
           current_user AS who,
           coalesce(row_security_active(to_regclass('public.crawl_jobs')::oid), false) AS walled
"""


class TooFewConnections(Invalid):
    """The pools of all processes together are larger than what Postgres lets in."""

    code = "DATABASE_TOO_FEW_CONNECTIONS"


class BehindTheWalls(Conflict):
    """Row-level security is for others: a program that it hides rows from would lose them from sight."""

    code = "DATABASE_ROLE_IS_RESTRICTED"


async def check_room(url: str, *, wanted: int, how: str) -> None:
    """``wanted`` connections fit into what the server, the database and the role allow, less what is kept
    for superusers; ``how`` says where the number comes from. Others' connections come and go: not counted.

    Raises:
        TooFewConnections: they do not fit.
        BehindTheWalls: policies apply to this role.
        DatabaseUnavailable: it cannot be reached.
    """
    with translating():
        connection = await asyncpg.connect(plain_dsn(url), timeout=5)
        try:
            room = await connection.fetchrow(ROOM)
        finally:
            await connection.close()
    if room["walled"]:
        raise BehindTheWalls(
            f"Row-level security hides rows from the role {room['who']}: let PixCrawler connect as the owner"
            f" of its tables, or run `ALTER ROLE {room['who']} BYPASSRLS`."
        )
    limits = {
        f"max_connections {room['most']}, of which {room['reserved']} are reserved": room["most"]
        - room["reserved"],
        f"the limit of the role {room['who']}": room["of_role"],
        "the limit of the database": room["of_database"],
    }
    reason, least = min(
        ((reason, limit) for reason, limit in limits.items() if limit >= 0), key=lambda limit: limit[1]
    )
    if wanted > least:
        raise TooFewConnections(
            f"{how} = {wanted} connections, and Postgres lets in {least} ({reason}): set"
            " DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW or API_WORKERS lower, raise the limit in Postgres,"
            " or put a pooler between and set DATABASE_POOLER=true."
        )
