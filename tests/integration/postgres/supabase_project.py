"""A database as a fresh Supabase project has it: its roles, what they are granted by default, ``auth``.

The roles belong to the whole server, which all tests share: made once, by whoever comes first.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
import msgspec
from filelock import FileLock

from tests.databases import Databases

PASSWORD = "known-to-all-tests"
ROLES = {
    "anon": "NOLOGIN",
    "authenticated": "NOLOGIN",
    "service_role": "NOLOGIN BYPASSRLS",
    "supabase_auth_admin": f"LOGIN PASSWORD '{PASSWORD}'",
    "authenticator": f"LOGIN NOINHERIT PASSWORD '{PASSWORD}'",
    "supabase_postgres": f"LOGIN BYPASSRLS CREATEROLE PASSWORD '{PASSWORD}'",
}
"""The last stands for Supabase's own ``postgres``, which is no superuser and owns what migrations make."""
SWITCH = "GRANT anon, authenticated, service_role TO authenticator, supabase_postgres"
DEFAULTS = tuple(
    f"ALTER DEFAULT PRIVILEGES FOR ROLE supabase_postgres IN SCHEMA public"
    f" GRANT ALL ON {kind} TO anon, authenticated, service_role"
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS")
)
AUTH = (
    "GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role",
    "CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin",
    "GRANT USAGE ON SCHEMA auth TO supabase_postgres, anon, authenticated, service_role",
    """
    CREATE TABLE auth.users (
        id uuid PRIMARY KEY, aud text, role text, email text UNIQUE, phone text UNIQUE,
        raw_app_meta_data jsonb, raw_user_meta_data jsonb, created_at timestamptz DEFAULT now())
    """,
    "ALTER TABLE auth.users OWNER TO supabase_auth_admin",
    "GRANT ALL ON auth.users TO supabase_postgres",
    """
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
        SELECT coalesce(
            nullif(current_setting('request.jwt.claim.sub', true), ''),
            (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
    $$
    """,
)
"""``auth.uid()`` as Supabase has it."""


@dataclass(frozen=True)
class Project:
    """URLs of one database, by who comes: its owner, its superuser, PostgREST, the auth server."""

    owner: str
    superuser: str
    authenticator: str
    auth_admin: str


@asynccontextmanager
async def supabase_project(databases: Databases) -> AsyncIterator[Project]:
    """Nothing of ours is in it yet."""
    with FileLock(databases.shared / "roles.lock", timeout=120):
        await _make_roles(databases.connection)
    async with databases.copy_of("template1") as url:
        connection = await asyncpg.connect(url)
        try:
            name = urlsplit(url).path[1:]
            await connection.execute(f"ALTER DATABASE {name} OWNER TO supabase_postgres")
            for statement in (*DEFAULTS, *AUTH):
                await connection.execute(statement)
        finally:
            await connection.close()
        users = ("supabase_postgres", "authenticator", "supabase_auth_admin")
        owner, authenticator, auth_admin = (_as(user, url) for user in users)
        yield Project(owner, url, authenticator, auth_admin)


async def _make_roles(connection: asyncpg.Connection) -> None:
    there = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    for role, attributes in ROLES.items():
        if role not in there:
            await connection.execute(f"CREATE ROLE {role} {attributes}")
    await connection.execute(SWITCH)


def _as(user: str, url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{user}:{PASSWORD}@{parts.hostname}:{parts.port}").geturl()


@asynccontextmanager
async def acting(
    connection: asyncpg.Connection, role: str, person: uuid.UUID | None = None
) -> AsyncIterator[asyncpg.Connection]:
    """One request as PostgREST makes it: a transaction with a role and claims, undone here."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await become(connection, role, person)
        yield connection
    finally:
        await transaction.rollback()


async def become(connection: asyncpg.Connection, role: str, person: uuid.UUID | None) -> None:
    """For the rest of the transaction."""
    claims = {"role": role} if person is None else {"role": role, "sub": str(person)}
    written = msgspec.json.encode(claims).decode()
    await connection.execute(f"SET LOCAL ROLE {role}")
    await connection.execute("SELECT set_config('request.jwt.claims', $1, true)", written)
