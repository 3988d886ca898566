"""Keys of a whole application on a real database."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from pixcrawler.adapters.postgres.engine import Engine, PostgresConfig, open_engine, plain_dsn
from pixcrawler.adapters.postgres.key_ring import PostgresKeyRing
from pixcrawler.adapters.system.clock import SystemClock
from pixcrawler.application.identity.know_by_key import KnowByKey
from pixcrawler.application.identity.recent_keys import KeyUses, RecentKeys
from pixcrawler.bootstrap.app import App
from pixcrawler.bootstrap.identity import recording
from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.identity.api_key import MOST_LIVE, KeyRequest
from pixcrawler.domain.identity.errors import InvalidApiKey, TooManyApiKeys
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind, write_key
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.errors import Unauthenticated
from pixcrawler.domain.shared.once import Once
from pixcrawler.settings import Settings

MANY = """
    INSERT INTO api_keys
    SELECT gen_random_uuid(), owner_id, name, kind, sha256(n::text::bytea), last4, scopes, created_at
    FROM api_keys, generate_series(1, 5000) AS n
"""
EVERYTHING = KeyRequest(name="laptop", scopes=frozenset({"*"}))


@pytest.fixture
async def app(make_settings: Callable[..., Settings]) -> AsyncIterator[App]:
    async with open_app(make_settings()) as app:
        yield app


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[Engine]:
    engine = open_engine(PostgresConfig(url=database_url))
    yield engine
    await engine.dispose()


async def dump(url: str) -> list[str]:
    """Every row of every table, as Postgres writes it."""
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found: list[str] = []
        for table in tables:
            rows = await connection.fetch(f'SELECT t::text, to_jsonb(t)::text FROM "{table[0]}" t')
            found += [column for row in rows for column in row]
        return found
    finally:
        await connection.close()


async def one(url: str, question: str, *values: Any) -> Any:
    connection = await asyncpg.connect(plain_dsn(url))
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()


async def test_starts_of_many_processes_make_one_superuser_with_one_key(
    make_settings: Callable[..., Settings],
) -> None:
    async with open_app(make_settings()) as first, open_app(make_settings()) as second:
        made = await asyncio.gather(*(app.identity.ensure_superuser() for app in (first, second) * 3))
        (key,) = [one.key for one in made if one.key is not None]
        who = await second.identity.authenticate(key)
        assert (who.id, who.role) == (made[0].id, Role.SUPERUSER)
        assert (await first.identity.find_local_user()).actor.id == made[0].id


async def test_a_dump_of_the_database_holds_no_usable_key(app: App, database_url: str) -> None:
    local = await app.identity.find_local_user()
    once = Once("again", "POST /api-keys", bytes(32))
    made = [await app.api_keys.issue(EVERYTHING, by=local.actor, once=once)]
    rotated = await app.api_keys.rotate(
        made[0].id,
        overlap=timedelta(days=1),
        by=local.actor,
        once=Once("again", "POST", bytes(32)),
    )
    made += [rotated.new, await app.api_keys.issue(EVERYTHING, by=local.actor)]
    texts = [*(str(one.key) for one in made), (await app.identity.make_superuser("ann")).key]
    for text in texts:
        await app.identity.authenticate(text, address="::1")
    await app.identity.record_key_uses()
    told = await dump(database_url)
    assert any(str(made[0].id) in row for row in told)
    for text in texts:
        secret = text[9:39].encode()
        forms = (secret.decode(), secret.hex(), base64.b64encode(secret).decode())
        assert not [row for row in told for form in forms if form in row]
    for row in told:
        for word in row.replace('"', " ").replace(",", " ").replace("(", " ").replace("\\x", " ").split():
            with pytest.raises(Unauthenticated):
                await app.identity.authenticate(word)


async def test_a_revoked_key_is_refused_by_other_processes_within_five_seconds(
    app: App, engine: Engine
) -> None:
    local = await app.identity.find_local_user()
    issued = await app.api_keys.issue(EVERYTHING, by=local.actor)
    text, ticked = str(issued.key), 0.0
    processes = [
        KnowByKey(
            keys=PostgresKeyRing(engine),
            clock=SystemClock(),
            kind=KeyKind.TEST,
            recent=RecentKeys(lambda: ticked),
            uses=KeyUses(),
        ).actor
        for _ in range(2)
    ]
    for authenticate in processes:
        assert (await authenticate(text)).id == local.actor.id
    await app.api_keys.revoke(issued.id, by=local.actor)
    ticked += 5
    for authenticate in processes:
        with pytest.raises(InvalidApiKey):
            await authenticate(text)


async def test_who_asks_costs_one_statement_by_the_index(app: App, engine: Engine, database_url: str) -> None:
    said: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *a: said.append(str(a[2])))
    issued = await app.identity.make_superuser("ann")
    digest = await one(database_url, "SELECT digest FROM api_keys")
    holder = await PostgresKeyRing(engine).holder(digest)
    assert holder is not None
    assert holder.key_id == issued.id
    (statement,) = [words for words in said if "api_keys" in words]
    await one(database_url, MANY)
    await one(database_url, "ANALYZE api_keys")
    assert "uq_api_keys_digest" in await one(database_url, f"EXPLAIN (FORMAT JSON) {statement}", digest)


async def test_what_was_not_written_by_us_costs_no_statement(engine: Engine) -> None:
    said: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *a: said.append(str(a[2])))
    know = KnowByKey(
        keys=PostgresKeyRing(engine),
        clock=SystemClock(),
        kind=KeyKind.TEST,
        recent=RecentKeys(lambda: 0.0),
        uses=KeyUses(),
    )
    good = write_key(KeyKind.TEST, secrets.token_bytes(RANDOM_BYTES))
    wrong = [good[:-1], good + "0", good.swapcase(), "pxc_test_" + "x" * 246, good.replace("test", "live")]
    wrong += [
        good[:place] + ("0" if good[place] != "0" else "1") + good[place + 1 :] for place in range(9, 45)
    ]
    for text in wrong:
        with pytest.raises(InvalidApiKey):
            await know.actor(text, address="::1")
    assert said == []
    with pytest.raises(InvalidApiKey):
        await know.actor(good, address="::1")
    assert len([words for words in said if "api_keys" in words]) == 1


async def test_of_many_that_make_a_key_at_once_only_so_many_get_one(app: App, database_url: str) -> None:
    local = (await app.identity.find_local_user()).actor
    await app.api_keys.issue(EVERYTHING, by=local)
    await one(database_url, MANY.replace("5000", str(MOST_LIVE - 3)))
    tries = [app.api_keys.issue(EVERYTHING, by=local) for _ in range(6)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(refused) for refused in made if isinstance(refused, Exception)] == [TooManyApiKeys] * 4


async def test_uses_are_written_while_the_application_runs(app: App, database_url: str) -> None:
    issued = await app.identity.make_superuser("ann")
    await app.identity.authenticate(issued.key, address="::1")
    async with recording(app.identity.record_key_uses, every=0.01):
        async with asyncio.timeout(20):
            while await one(database_url, "SELECT last_used_at FROM api_keys") is None:
                await asyncio.sleep(0.01)


async def test_uses_are_written_at_the_end_at_the_latest(
    make_settings: Callable[..., Settings], database_url: str
) -> None:
    async with open_app(make_settings()) as app:
        issued = await app.identity.make_superuser("ann")
        await app.identity.authenticate(issued.key, address="::1")
    assert await one(database_url, "SELECT now() - last_used_at FROM api_keys") < timedelta(minutes=1)


@pytest.mark.parametrize(
    "change",
    [
        "digest = '\\x00'",
        "kind = 'other'",
        "last4 = 'abcde'",
        "name = ''",
        "scopes = '{}'",
        "expires_at = created_at",
    ],
)
async def test_the_database_refuses_what_no_key_is(app: App, database_url: str, change: str) -> None:
    await app.identity.make_superuser("ann")
    with pytest.raises(asyncpg.CheckViolationError):
        await one(database_url, f"UPDATE api_keys SET {change}")


async def test_the_database_refuses_a_second_key_with_the_same_digest(app: App, database_url: str) -> None:
    await app.identity.make_superuser("ann")
    await app.identity.make_superuser("ann")
    with pytest.raises(asyncpg.UniqueViolationError):
        await one(database_url, "UPDATE api_keys SET digest = $1", secrets.token_bytes(32))
