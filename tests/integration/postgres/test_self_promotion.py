"""Nobody makes themselves a superuser, or rich, past the API; what people may change of themselves."""

import asyncpg
import pytest

from tests.integration.postgres.supabase_project import acting
from tests.integration.postgres.walled import Walls, all_granted, attempt

STATEMENTS = [
    "UPDATE profiles SET role = 'superuser'",
    "UPDATE profiles SET role = 'superuser' WHERE id = '{me}'",
    "UPDATE profiles SET name = 'me', role = 'superuser' WHERE id = '{me}'",
    "UPDATE profiles SET plan = 'enterprise' WHERE id = '{me}'",
    "UPDATE profiles SET email = 'ceo@example.org' WHERE id = '{me}'",
    "UPDATE profiles SET id = '{other}' WHERE id = '{me}'",
    "UPDATE profiles SET created_at = '2000-01-01' WHERE id = '{me}'",
    "INSERT INTO profiles (id, name, role) VALUES ('{me}', 'me', 'superuser')"
    " ON CONFLICT (id) DO UPDATE SET role = 'superuser'",
    "INSERT INTO profiles (id, name, role) VALUES (gen_random_uuid(), 'me too', 'superuser')",
    "DELETE FROM profiles WHERE id = '{me}'",
    "UPDATE credit_accounts SET balance = 1000000",
    "UPDATE credit_accounts SET id = '{other}' WHERE id = '{me}'",
    "INSERT INTO credit_accounts (id, balance) VALUES ('{me}', 1000000)"
    " ON CONFLICT (id) DO UPDATE SET balance = excluded.balance",
    "DELETE FROM credit_accounts WHERE id = '{me}'",
    "UPDATE crawl_jobs SET owner_id = '{me}'",
    "UPDATE projects SET owner_id = '{other}' WHERE owner_id = '{me}'",
    "INSERT INTO api_keys (id, owner_id, name, kind, digest, last4, scopes, created_at) VALUES"
    " (gen_random_uuid(), '{other}', 'mine', 'live', sha256('x'), 'abcd', '{{*}}', now())",
    "UPDATE api_keys SET scopes = '{{*}}', expires_at = NULL",
    "MERGE INTO credit_accounts c USING (SELECT '{me}'::uuid AS id) m ON c.id = m.id"
    " WHEN MATCHED THEN UPDATE SET balance = 1000000",
    "TRUNCATE credit_accounts CASCADE",
    "SELECT pixcrawler.join_supabase()",
    "SELECT pixcrawler.welcome()",
    "SELECT pixcrawler.farewell()",
    "CREATE TRIGGER mine BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION pixcrawler.touch()",
    "ALTER TABLE profiles DISABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON profiles USING (true)",
    "SET LOCAL row_security = off; UPDATE profiles SET role = 'superuser'",
    "SET LOCAL session_replication_role = replica",
    "CREATE TABLE public.mine (id int)",
    "CREATE FUNCTION pixcrawler.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "GRANT ALL ON profiles TO authenticated WITH GRANT OPTION; UPDATE profiles SET role = 'superuser'",
]
WITH_A_GRANT = ("TRUNCATE", "CREATE TRIGGER")
"""What a grant of everything gives by itself: policies say nothing of it."""


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_nobody_promotes_or_credits_themselves(walls: Walls, statement: str) -> None:
    async with acting(walls.web, "authenticated", walls.me) as web:
        await check_that_nothing_changes(web, walls, statement)


@pytest.mark.parametrize("statement", [one for one in STATEMENTS if not one.startswith(WITH_A_GRANT)])
async def test_nor_when_every_table_was_granted(walls: Walls, statement: str) -> None:
    async with all_granted(walls, "authenticated", walls.me) as web:
        await check_that_nothing_changes(web, walls, statement)


async def check_that_nothing_changes(web: asyncpg.Connection, walls: Walls, statement: str) -> None:
    before = await standing(web)
    words = statement.format(me=walls.me, other=walls.other)
    assert await attempt(web, words) in ("refused", "UPDATE 0", "DELETE 0", "MERGE 0")
    assert await standing(web) == before


async def test_a_policy_too_wide_still_promotes_nobody(walls: Walls) -> None:
    """The last wall: should a later policy let people write, the trigger looks at what they write."""
    wide = [
        f"CREATE POLICY wide ON {table} USING (true) WITH CHECK (true)"
        for table in ("profiles", "credit_accounts")
    ]
    async with all_granted(walls, "authenticated", walls.me, *wide) as web:
        for words in (
            "UPDATE profiles SET role = 'superuser'",
            "UPDATE profiles SET plan = 'enterprise', name = 'me'",
            "DELETE FROM profiles",
            "INSERT INTO profiles (id, name, role) VALUES (gen_random_uuid(), 'me too', 'superuser')",
            "UPDATE credit_accounts SET balance = balance + 1",
            "DELETE FROM credit_accounts",
        ):
            assert await attempt(web, words) == "refused"
        changed = (
            "UPDATE profiles SET name = 'Me', onboarded = true, avatar_url = 'https://example.org/me.png'"
        )
        assert await attempt(web, f"{changed} WHERE id = '{walls.me}'") == "UPDATE 1"


async def test_people_change_their_name_avatar_and_onboarding(walls: Walls) -> None:
    async with acting(walls.web, "authenticated", walls.me) as web:
        changed = "UPDATE profiles SET name = $1, avatar_url = $2, onboarded = true RETURNING id, updated_at"
        rows = await web.fetch(changed, "Ann", "https://example.org/ann.png")
        assert [row["id"] for row in rows] == [walls.me]
        assert rows[0]["updated_at"] == await web.fetchval("SELECT now()")
        assert await web.execute("UPDATE profiles SET name = 'x' WHERE id = $1", walls.other) == "UPDATE 0"
        for column, value in (
            ("name", ""),
            ("name", " Ann"),
            ("name", "A\nnn"),
            ("name", "x" * 201),
            ("avatar_url", "javascript:alert(1)"),
            ("avatar_url", "https://example.org/" + "x" * 2048),
        ):
            nested = web.transaction()
            await nested.start()
            with pytest.raises(asyncpg.CheckViolationError):
                await web.execute(f"UPDATE profiles SET {column} = $1", value)
            await nested.rollback()


async def test_who_has_no_address_takes_no_name_of_this_machines(walls: Walls) -> None:
    nameless = f"UPDATE profiles SET email = NULL, name = 'user 7' WHERE id = '{walls.me}'"
    async with all_granted(walls, "authenticated", walls.me, nameless) as web:
        assert await attempt(web, "UPDATE profiles SET name = 'local'") == "CheckViolationError"
        assert await attempt(web, "UPDATE profiles SET onboarded = true, name = 'user 7'") == "UPDATE 1"


async def standing(web: asyncpg.Connection) -> list[asyncpg.Record]:
    """Roles, plans, credits and owners, as whoever is acting sees them: their own."""
    return [
        *await web.fetch("SELECT id, role, plan, email FROM profiles"),
        *await web.fetch("SELECT id, balance FROM credit_accounts"),
        *await web.fetch("SELECT id, owner_id FROM crawl_jobs"),
        *await web.fetch("SELECT id, owner_id, scopes, expires_at FROM api_keys"),
    ]
