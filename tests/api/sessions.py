"""Access tokens of people who are there already."""

import secrets
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.application.ports.account_store import KeptAccount, Tokens
from pixcrawler.application.ports.identity_provider import Account
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, key_digest
from pixcrawler.domain.identity.token_text import TokenKind, write_token
from pixcrawler.domain.shared.ids import UserId


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def session_of(engine: AsyncEngine, owner: UserId) -> dict[str, str]:
    """A new login, good for an hour, of somebody whose profile may have been there before their account."""
    at, token = datetime.now(UTC), write_token(TokenKind.ACCESS, secrets.token_bytes(RANDOM_BYTES))
    store = PostgresAccountStore(engine)
    if await store.with_id(owner) is None:
        account = Account(
            id=owner,
            email=f"{uuid.uuid4().hex}@example.org",
            email_confirmed=True,
            name=None,
            created_at=at,
            last_login_at=None,
        )
        await store.add(KeptAccount(account=account, password="no hash"))
    later = at + timedelta(hours=1)
    tokens = Tokens(
        access=key_digest(token),
        access_until=later,
        refresh=secrets.token_bytes(32),
        refresh_until=later,
    )
    assert await store.begin(uuid.uuid4(), owner, tokens, password="no hash", at=at)
    return bearer(token)
