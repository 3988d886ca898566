"""What the database does by itself: new users, and when a row was changed."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.migrate import downgrade, migrate
from pixcrawler.adapters.postgres.people import PostgresPeople
from pixcrawler.application.ports.identity_provider import Person
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId
from tests.databases import Databases
from tests.integration.postgres.supabase_project import AUTH, acting, supabase_project
from tests.integration.postgres.walled import Walls

SIGN_UP = "INSERT INTO auth.users (id, email, raw_user_meta_data) VALUES ($1, $2, $3)"
FOUND = """
    SELECT p.name, p.given_name, p.email, p.role, p.plan, p.onboarded, c.balance, n.id IS NOT NULL AS told
    FROM profiles p LEFT JOIN credit_accounts c USING (id) LEFT JOIN notification_preferences n USING (id)
    WHERE p.id = $1
"""
KEY = """
    INSERT INTO api_keys (id, owner_id, name, kind, digest, last4, scopes, created_at)
    VALUES (gen_random_uuid(), $1, 'laptop', 'live', sha256(gen_random_uuid()::text::bytea), 'abcd',
            '{read}', now())
"""
DATED = """
    SELECT c.relname AS name, EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'touch') AS touched
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'updated_at'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1
"""


@pytest.fixture
async def gotrue(walls: Walls) -> AsyncIterator[asyncpg.Connection]:
    """As Supabase's auth server connects: owner of ``auth``, stranger to ours."""
    connection = await asyncpg.connect(walls.project.auth_admin)
    yield connection
    await connection.close()


async def sign_up(gotrue: asyncpg.Connection, email: str | None, about: str = "{}") -> uuid.UUID:
    person = uuid.uuid4()
    await gotrue.execute(SIGN_UP, person, email, about)
    return person


async def test_who_signs_up_has_a_profile_a_hundred_credits_and_preferences(
    walls: Walls, gotrue: asyncpg.Connection
) -> None:
    person = await sign_up(gotrue, "ann@example.org", '{"name": "  Ann  "}')
    assert tuple(await walls.owner.fetchrow(FOUND, person)) == (
        *("Ann", "Ann", "ann@example.org", "user", "free", False),
        *(100, True),
    )
    nameless = await sign_up(gotrue, "bob@example.org")
    assert (await walls.owner.fetchrow(FOUND, nameless))["name"] == "bob"
    by_phone = await sign_up(gotrue, None, '{"name": "local"}')
    assert (await walls.owner.fetchrow(FOUND, by_phone))["name"] == f"user {by_phone}"


async def test_what_people_say_of_themselves_gives_them_nothing(
    walls: Walls, gotrue: asyncpg.Connection
) -> None:
    about = '{"role": "superuser", "plan": "enterprise", "balance": 1000000, "name": ["x"]}'
    found = await walls.owner.fetchrow(FOUND, await sign_up(gotrue, "eve@example.org", about))
    assert (found["role"], found["plan"], found["balance"]) == ("user", "free", 100)
    odd = await sign_up(gotrue, "odd@example.org", '"only a text"')
    assert (await walls.owner.fetchrow(FOUND, odd))["name"] == "odd"


async def test_keys_of_somebody_who_is_deleted_at_supabase_end(
    walls: Walls, gotrue: asyncpg.Connection
) -> None:
    """By its dashboard or another program: tokens end by themselves, keys would not."""
    ann, bob = await sign_up(gotrue, "ann2@example.org"), await sign_up(gotrue, "bob2@example.org")
    for person in (ann, bob):
        await walls.owner.execute(KEY, person)
    await gotrue.execute("DELETE FROM auth.users WHERE id = $1", ann)
    ended = "SELECT revoked_at IS NOT NULL FROM api_keys WHERE owner_id = $1"
    assert [await walls.owner.fetchval(ended, person) for person in (ann, bob)] == [True, False]
    assert (await walls.owner.fetchrow(FOUND, ann))["name"] == "ann2"


async def test_a_sign_up_succeeds_whatever_is_wrong_with_us(walls: Walls, gotrue: asyncpg.Connection) -> None:
    await walls.owner.execute("ALTER TABLE profiles ADD CONSTRAINT broken CHECK (email <> 'out@example.org')")
    try:
        person = await sign_up(gotrue, "out@example.org")
    finally:
        await walls.owner.execute("ALTER TABLE profiles DROP CONSTRAINT broken")
    assert await gotrue.fetchval("SELECT count(*) FROM auth.users WHERE id = $1", person) == 1
    assert await walls.owner.fetchrow(FOUND, person) is None


async def test_a_profile_is_made_once_whether_the_trigger_or_the_first_request_comes_first(
    walls: Walls, gotrue: asyncpg.Connection
) -> None:
    engine = open_engine(PostgresConfig(url=walls.project.owner, pool_size=4))
    people = PostgresPeople(engine)
    try:
        for _ in range(5):
            known = Person(
                id=UserId(uuid.uuid4()),
                email=f"{uuid.uuid4()}@example.org",
                name="Cid",
                expires_at=datetime.now(UTC),
            )
            await asyncio.gather(
                *(people.seen(known) for _ in range(3)), gotrue.execute(SIGN_UP, known.id, known.email, "{}")
            )
            found = await walls.owner.fetch(FOUND, known.id)
            assert [(row["role"], row["balance"], row["told"]) for row in found] == [("user", 100, True)]
            assert await people.seen(known) is Role.USER
    finally:
        await engine.dispose()


async def test_every_table_with_a_time_of_change_keeps_it(walls: Walls) -> None:
    assert [row["name"] for row in await walls.owner.fetch(DATED) if not row["touched"]] == []
    async with acting(walls.owner, "supabase_postgres") as owner:
        changed = "UPDATE projects SET description = $1 WHERE owner_id = $2 RETURNING updated_at = now()"
        assert await owner.fetchval(changed, "mine", walls.me)
        told = (
            "UPDATE projects SET updated_at = '2000-01-01' WHERE owner_id = $1 RETURNING updated_at < now()"
        )
        assert await owner.fetchval(told, walls.me), "who says when, is believed"


@pytest.mark.long
async def test_a_database_that_becomes_supabases_later_is_joined_then(databases: Databases) -> None:
    async with supabase_project(databases) as project:
        superuser = await asyncpg.connect(project.superuser)
        await superuser.execute("DROP SCHEMA auth CASCADE")
        await migrate(project.owner)
        for statement in AUTH[1:]:
            await superuser.execute(statement)
        owner, gotrue = await asyncpg.connect(project.owner), await asyncpg.connect(project.auth_admin)
        try:
            assert await owner.fetchrow(FOUND, await sign_up(gotrue, "early@example.org")) is None
            for _ in range(2):
                await owner.execute("SELECT pixcrawler.join_supabase()")
            assert await owner.fetchrow(FOUND, await sign_up(gotrue, "late@example.org")) is not None
            await downgrade(project.owner, "0019")
            assert (
                await owner.fetchval("SELECT has_table_privilege('authenticated', 'profiles', 'SELECT')")
                is False
            )
            await sign_up(gotrue, "after@example.org")
        finally:
            for connection in (superuser, owner, gotrue):
                await connection.close()


@pytest.mark.long
async def test_an_auth_schema_that_is_not_ours_to_watch_stops_no_migration(databases: Databases) -> None:
    async with supabase_project(databases) as project:
        superuser = await asyncpg.connect(project.superuser)
        await superuser.execute("REVOKE ALL ON auth.users FROM supabase_postgres")
        await migrate(project.owner)
        assert (
            await superuser.fetchval("SELECT count(*) FROM pg_trigger WHERE tgname = 'pixcrawler_welcome'")
            == 0
        )
        await superuser.close()
