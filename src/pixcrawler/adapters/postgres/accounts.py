"""Accounts and sessions of the built-in auth provider."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from pixcrawler.adapters.postgres.engine import alone, translating
from pixcrawler.application.ports.account_store import Attempts, KeptAccount, Tokens
from pixcrawler.application.ports.identity_provider import Account, Person
from pixcrawler.domain.identity.errors import EmailTaken
from pixcrawler.domain.identity.token_text import TokenKind
from pixcrawler.domain.shared.ids import UserId

_ACCOUNT = "SELECT id, email, name, password, created_at, last_login_at FROM built_in_accounts"
ADD = text(
    """
    INSERT INTO built_in_accounts (id, email, name, password, created_at)
    VALUES (:id, :email, :name, :password, :created_at)
    ON CONFLICT (email) DO NOTHING RETURNING id
    """
)
WITH_EMAIL = text(f"{_ACCOUNT} WHERE email = :email")
WITH_ID = text(f"{_ACCOUNT} WHERE id = :id")
LISTED = text(f"{_ACCOUNT} ORDER BY created_at, id LIMIT :size OFFSET :offset")
ATTEMPT = text(
    """
    INSERT INTO built_in_attempts AS a (digest, count, since) VALUES (:who, 1, :at)
    ON CONFLICT (digest) DO UPDATE SET
        count = CASE WHEN a.since <= :old THEN 1 ELSE a.count + 1 END,
        since = CASE WHEN a.since <= :old THEN excluded.since ELSE a.since END
    RETURNING count, since
    """
)
FORGIVE = text("DELETE FROM built_in_attempts WHERE digest = :who")
ENTER = text(
    """
    UPDATE built_in_accounts SET last_login_at = :at WHERE id = :id AND password = :password RETURNING id
    """
)
BEGIN = text("INSERT INTO built_in_sessions (id, account_id, begun_at) VALUES (:session, :id, :at)")
GIVE = text(
    """
    INSERT INTO built_in_tokens (digest, session_id, kind, expires_at)
    VALUES (:digest, :session, :kind, :until)
    """
)
PERSON = text(
    """
    SELECT a.id, a.email, a.name, t.expires_at, s.begun_at
    FROM built_in_tokens t
    JOIN built_in_sessions s ON s.id = t.session_id
    JOIN built_in_accounts a ON a.id = s.account_id
    WHERE t.digest = :digest AND t.kind = 'access' AND t.expires_at > :at
    """
)
HOLD = text(
    """
    SELECT FROM built_in_sessions s JOIN built_in_tokens t ON t.session_id = s.id
    WHERE t.digest = :digest AND t.kind = 'refresh' FOR UPDATE OF s
    """
)
"""A session is locked before its tokens, as whoever deletes it does."""
USE = text(
    """
    UPDATE built_in_tokens SET used_at = :at
    WHERE digest = :digest AND kind = 'refresh' AND used_at IS NULL AND expires_at > :at
    RETURNING session_id
    """
)
OWNER = text(
    """
    SELECT a.id, a.email, a.name, a.password, a.created_at, a.last_login_at
    FROM built_in_accounts a JOIN built_in_sessions s ON s.account_id = a.id WHERE s.id = :session
    """
)
END = text(
    """
    DELETE FROM built_in_sessions s USING built_in_tokens t
    WHERE t.digest = :digest AND t.kind = :kind AND s.id = t.session_id
    """
)
SET_PASSWORD = text(
    """
    UPDATE built_in_accounts SET password = :password, updated_at = now() WHERE id = :id
    RETURNING id, email, name, password, created_at, last_login_at
    """
)
END_OTHERS = text(
    """
    DELETE FROM built_in_sessions s
    WHERE s.account_id = :id AND NOT EXISTS (
        SELECT FROM built_in_tokens t
        WHERE t.session_id = s.id AND t.digest = :digest AND t.kind = 'access'
    )
    """
)
REHASH = text("UPDATE built_in_accounts SET password = :new WHERE id = :id AND password = :old")
DELETE = text("DELETE FROM built_in_accounts WHERE id = :id")
PRUNE = (
    text("DELETE FROM built_in_tokens WHERE expires_at <= :at"),
    text(
        """
        DELETE FROM built_in_sessions s
        WHERE NOT EXISTS (SELECT FROM built_in_tokens t WHERE t.session_id = s.id)
        """
    ),
    text("DELETE FROM built_in_attempts WHERE since <= :old"),
)


class PostgresAccountStore:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._alone = alone(engine)

    async def add(self, kept: KeptAccount) -> None:
        one = kept.account
        values = {"id": one.id, "email": one.email, "name": one.name, "created_at": one.created_at}
        if not await self._rows(ADD, {**values, "password": kept.password}):
            raise EmailTaken

    async def with_email(self, email: str) -> KeptAccount | None:
        found = await self._rows(WITH_EMAIL, {"email": email})
        return _kept(found[0]) if found else None

    async def with_id(self, account_id: UserId) -> KeptAccount | None:
        found = await self._rows(WITH_ID, {"id": account_id})
        return _kept(found[0]) if found else None

    async def listed(self, *, page: int, size: int) -> Sequence[Account]:
        return [
            _account(row) for row in await self._rows(LISTED, {"size": size, "offset": (page - 1) * size})
        ]

    async def attempt(self, who: bytes, *, at: datetime, within: float) -> Attempts:
        values = {"who": who, "at": at, "old": at - timedelta(seconds=within)}
        found = (await self._rows(ATTEMPT, values))[0]
        return Attempts(count=found.count, since=found.since)

    async def forgive(self, who: bytes) -> None:
        await self._rows(FORGIVE, {"who": who})

    async def begin(
        self, session: UUID, account_id: UserId, tokens: Tokens, *, password: str, at: datetime
    ) -> bool:
        values = {"session": session, "id": account_id, "password": password, "at": at}
        with translating():
            async with self._engine.begin() as connection:
                if (await connection.execute(ENTER, values)).first() is None:
                    return False
                await connection.execute(BEGIN, values)
                await _give(connection, session, tokens)
        return True

    async def person(self, access: bytes, *, at: datetime) -> Person | None:
        found = await self._rows(PERSON, {"digest": access, "at": at})
        if not found:
            return None
        one = found[0]
        return Person(
            id=one.id,
            email=one.email,
            name=one.name,
            expires_at=one.expires_at,
            logged_in_at=one.begun_at,
        )

    async def renew(self, refresh: bytes, tokens: Tokens, *, at: datetime) -> Account | None:
        with translating():
            async with self._engine.begin() as connection:
                await connection.execute(HOLD, {"digest": refresh})
                session = (await connection.execute(USE, {"digest": refresh, "at": at})).scalar()
                if session is None:
                    await connection.execute(END, {"digest": refresh, "kind": TokenKind.REFRESH})
                    return None
                await _give(connection, session, tokens)
                return _account((await connection.execute(OWNER, {"session": session})).one())

    async def end(self, access: bytes) -> None:
        await self._rows(END, {"digest": access, "kind": TokenKind.ACCESS})

    async def set_password(
        self, account_id: UserId, password: str, *, sparing: bytes | None
    ) -> Account | None:
        values = {"id": account_id, "password": password, "digest": sparing or b""}
        with translating():
            async with self._engine.begin() as connection:
                changed = (await connection.execute(SET_PASSWORD, values)).one_or_none()
                await connection.execute(END_OTHERS, values)
        return None if changed is None else _account(changed)

    async def rehash(self, account_id: UserId, password: str, *, instead_of: str) -> None:
        await self._rows(REHASH, {"id": account_id, "new": password, "old": instead_of})

    async def delete(self, account_id: UserId) -> None:
        await self._rows(DELETE, {"id": account_id})

    async def prune(self, *, at: datetime, within: float) -> int:
        values = {"at": at, "old": at - timedelta(seconds=within)}
        with translating():
            async with self._engine.begin() as connection:
                return sum([(await connection.execute(one, values)).rowcount for one in PRUNE])

    async def _rows(self, statement: Any, values: Mapping[str, object]) -> Sequence[Any]:  # noqa: ANN401
        """One statement is a transaction of its own: BEGIN and COMMIT would make three round trips of one."""
        with translating():
            async with self._alone.connect() as connection:
                result = await connection.execute(statement, values)
                return result.all() if result.returns_rows else ()


async def _give(connection: AsyncConnection, session: UUID, tokens: Tokens) -> None:
    pairs = (
        (TokenKind.ACCESS, tokens.access, tokens.access_until),
        (TokenKind.REFRESH, tokens.refresh, tokens.refresh_until),
    )
    values = [{"digest": d, "session": session, "kind": kind, "until": until} for kind, d, until in pairs]
    await connection.execute(GIVE, values)


def _account(row: Any) -> Account:  # noqa: ANN401
    return Account(
        id=UserId(row.id),
        email=row.email,
        email_confirmed=True,
        name=row.name,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _kept(row: Any) -> KeptAccount:  # noqa: ANN401
    return KeptAccount(account=_account(row), password=row.password)
