"""What the built-in auth provider keeps. Each call is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from pixcrawler.application.ports.identity_provider import Account, Person
from pixcrawler.domain.shared.ids import UserId


class KeptAccount(msgspec.Struct, frozen=True, kw_only=True):
    """``password`` is its argon2id hash in PHC form; ``repr`` does not show it."""

    account: Account
    password: str

    def __repr__(self) -> str:
        return f"KeptAccount({self.account.id})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("id", self.account.id)]


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """The SHA-256 of a login's two tokens, and until when each is good."""

    access: bytes
    access_until: datetime
    refresh: bytes
    refresh_until: datetime


class Attempts(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody tried since ``since``, this time included."""

    count: int
    since: datetime


class AccountStore(Protocol):
    """Everything raises Unavailable when the database does not answer."""

    async def add(self, kept: KeptAccount) -> None:
        """Raises EmailTaken."""
        ...

    async def with_email(self, email: str) -> KeptAccount | None: ...

    async def with_id(self, account_id: UserId) -> KeptAccount | None: ...

    async def listed(self, *, page: int, size: int) -> Sequence[Account]:
        """Oldest first; ``page`` from 1."""
        ...

    async def attempt(self, who: bytes, *, at: datetime, within: float) -> Attempts:
        """Count one; the count begins anew ``within`` seconds after its first. ``who``: a SHA-256."""
        ...

    async def forgive(self, who: bytes) -> None:
        """Begin counting anew."""
        ...

    async def begin(
        self, session: UUID, account_id: UserId, tokens: Tokens, *, password: str, at: datetime
    ) -> bool:
        """A session, if the account is there still and ``password`` is its hash still; whether it was."""
        ...

    async def person(self, access: bytes, *, at: datetime) -> Person | None:
        """Whose good access token has this digest. One indexed query."""
        ...

    async def renew(self, refresh: bytes, tokens: Tokens, *, at: datetime) -> Account | None:
        """New tokens for the session of a refresh token that is good and was not used before.

        Its access tokens stay good until they expire. None: nothing was made; a refresh token that was used
        before has ended its session.
        """
        ...

    async def end(self, access: bytes) -> None:
        """End the session that this access token is or was of."""
        ...

    async def set_password(
        self, account_id: UserId, password: str, *, sparing: bytes | None
    ) -> Account | None:
        """End all sessions, but that of the access token ``sparing``. None when there is no such account."""
        ...

    async def rehash(self, account_id: UserId, password: str, *, instead_of: str) -> None:
        """The same password in another hash; nothing happens when it was changed meanwhile."""
        ...

    async def delete(self, account_id: UserId) -> None:
        """With its sessions. One that is gone already is fine."""
        ...

    async def prune(self, *, at: datetime, within: float) -> int:
        """Drop expired tokens, sessions without any, and counts older than ``within`` seconds; how many."""
        ...
