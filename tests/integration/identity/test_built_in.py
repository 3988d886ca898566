"""The built-in provider on Postgres, when many come at once."""

import asyncio
import secrets
import traceback
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from pixcrawler.adapters.auth.built_in import TRIES, BuiltInProvider
from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine, plain_dsn
from pixcrawler.adapters.system.clock import SystemClock, Uuid7
from pixcrawler.application.ports.identity_provider import Session
from pixcrawler.domain.identity.errors import InvalidToken, TooManyAttempts, WrongCredentials

PASSWORD = "correct horse battery"


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PostgresAccountStore]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=8))
    yield PostgresAccountStore(engine)
    await engine.dispose()


@pytest.fixture
def provider(store: PostgresAccountStore) -> BuiltInProvider:
    return BuiltInProvider(
        store,
        environment="test",
        clock=SystemClock(),
        new_id=Uuid7(),
        random=secrets.token_bytes,
        passwords=Passwords(passes=1, memory_kib=8),
    )


async def ann(provider: BuiltInProvider) -> Session:
    session = (await provider.sign_up("ann@example.org", PASSWORD, name=None)).session
    assert session is not None
    return session


async def test_of_many_uses_of_a_refresh_token_at_once_none_leaves_a_login_open(
    provider: BuiltInProvider,
) -> None:
    session = await ann(provider)
    ends = await asyncio.gather(
        *(provider.refresh(session.refresh_token) for _ in range(16)), return_exceptions=True
    )
    assert sum(isinstance(end, Session) for end in ends) == 1
    for end in ends:
        if isinstance(end, Session):
            with pytest.raises(InvalidToken):
                await provider.verify(end.access_token)


async def test_of_many_wrong_passwords_at_once_ten_are_looked_at(provider: BuiltInProvider) -> None:
    await ann(provider)
    ends = await asyncio.gather(
        *(provider.log_in("ann@example.org", "wrong") for _ in range(40)), return_exceptions=True
    )
    assert sum(isinstance(end, WrongCredentials) for end in ends) == TRIES
    assert sum(isinstance(end, TooManyAttempts) for end in ends) == 40 - TRIES


async def test_a_login_under_way_does_not_outlive_a_new_password(provider: BuiltInProvider) -> None:
    session = await ann(provider)
    ends = await asyncio.gather(
        *(provider.log_in("ann@example.org", PASSWORD) for _ in range(8)),
        provider.change_password(session.access_token, "another horse"),
        return_exceptions=True,
    )
    for end in ends:
        if isinstance(end, Session):
            with pytest.raises(InvalidToken):
                await provider.verify(end.access_token)
    assert (await provider.verify(session.access_token)).id == session.account.id


async def test_a_dump_of_the_database_holds_no_token_and_no_password(
    provider: BuiltInProvider, database_url: str
) -> None:
    session = await provider.refresh((await ann(provider)).refresh_token)
    connection = await asyncpg.connect(plain_dsn(database_url))
    try:
        told = ""
        for table in ("accounts", "sessions", "tokens", "attempts"):
            rows = await connection.fetch(f"SELECT t::text FROM built_in_{table} t")
            told += "\n".join(row[0] for row in rows)
    finally:
        await connection.close()
    assert "$argon2id$" in told
    for secret in (session.access_token, session.refresh_token, PASSWORD):
        for form in (secret, secret.rpartition("_")[2], secret.encode().hex()):
            assert form not in told


async def test_what_has_expired_is_pruned_and_what_is_good_stays(
    provider: BuiltInProvider, store: PostgresAccountStore, database_url: str
) -> None:
    old, good = await ann(provider), await provider.log_in("ann@example.org", PASSWORD)
    connection = await asyncpg.connect(plain_dsn(database_url))
    try:
        await connection.execute(
            "UPDATE built_in_tokens SET expires_at = now() - interval '1 s' WHERE session_id ="
            " (SELECT id FROM built_in_sessions ORDER BY begun_at LIMIT 1)"
        )
        assert await store.prune(at=SystemClock().now(), within=60.0) == 3
        assert await connection.fetchval("SELECT count(*) FROM built_in_sessions") == 1
    finally:
        await connection.close()
    with pytest.raises(InvalidToken):
        await provider.refresh(old.refresh_token)
    assert (await provider.refresh(good.refresh_token)).account.id == good.account.id


async def test_logging_out_and_going_on_at_once_ends_the_login_in_good_order(
    provider: BuiltInProvider,
) -> None:
    await ann(provider)
    for _ in range(10):
        session = await provider.log_in("ann@example.org", PASSWORD)
        gone_on, out = await asyncio.gather(
            provider.refresh(session.refresh_token),
            provider.log_out(session.access_token),
            return_exceptions=True,
        )
        assert out is None
        assert isinstance(gone_on, (Session, InvalidToken))
        with pytest.raises(InvalidToken):
            await provider.verify(session.access_token)


async def test_what_the_database_says_of_a_failure_holds_no_hash(
    provider: BuiltInProvider, database_url: str
) -> None:
    """Errors nobody foresaw go into the log, whole."""
    connection = await asyncpg.connect(plain_dsn(database_url))
    await connection.execute("ALTER TABLE built_in_accounts DROP COLUMN name")
    await connection.close()
    with pytest.raises(SQLAlchemyError) as caught:
        await ann(provider)
    told = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO built_in_accounts" in told
    assert "argon2id$" not in told
